import { backups, databases, defineLimit, git, mailAddresses, memory, ssh, staging, Type } from '@freehold/sdk';

/** Limits that the kernel counts or has measured itself, besides those that it defines for plugins to count. */

const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const count = (id: string, title: string, description: string) =>
  defineLimit({ id, title, description, unit: id, schema: Amount });

export const apps = count('apps', 'Apps', 'Apps of all kinds together. Those in the trash do not count.');
/** Apps of one part of the catalogue. */
export const appsOf = (category: string) => ({ id: `apps-${category}` });
export const domains = count(
  'domains',
  'Domains',
  'Domains whose names apps use: www.example.com and shop.example.com are of one domain.',
);
export const disk = defineLimit({
  id: 'disk',
  title: 'Disk space',
  description: 'What apps have on disk, with their logs and with what is in the trash.',
  unit: 'bytes',
  kind: 'measured',
  schema: Amount,
});
export const inodes = defineLimit({
  id: 'inodes',
  title: 'Files',
  description: 'Files and folders of all apps, with what is in the trash.',
  unit: 'files',
  kind: 'measured',
  schema: Amount,
});
export const bandwidth = defineLimit({
  id: 'bandwidth',
  title: 'Bandwidth',
  description: 'What apps sent and received in a calendar month.',
  unit: 'bytes',
  kind: 'measured',
  period: 'month',
  schema: Amount,
});

export const kernelLimits = [
  apps,
  { ...count('apps-web', 'Websites', 'Apps that are websites.'), unit: 'apps' },
  { ...count('apps-mail', 'Mail apps', 'Apps that handle mail.'), unit: 'apps' },
  { ...count('apps-database', 'Database apps', 'Apps that are databases.'), unit: 'apps' },
  { ...count('apps-other', 'Other apps', 'Apps that are neither websites, nor mail, nor databases.'), unit: 'apps' },
  domains,
  ...[disk, inodes, bandwidth],
  ...[databases, mailAddresses, backups, memory],
];

export const kernelFeatures = [ssh, git, staging];
