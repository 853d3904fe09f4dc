import { defineFeature, defineLimit } from './entitlement.ts';
import { Type } from './schema.ts';

/**
 * Limits and features that the kernel itself defines because several plugins use them. What is here is not counted by the kernel:
 * the app types that make such things say so with `uses`.
 */

const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Databases that apps make for the tenant. */
export const databases = defineLimit({
  id: 'databases',
  title: 'Databases',
  description: 'Databases of all apps together.',
  unit: 'databases',
  schema: Amount,
});

/** Mailboxes, and addresses that are forwarded. */
export const mailAddresses = defineLimit({
  id: 'mail-addresses',
  title: 'Mail addresses',
  description: 'Mailboxes, and addresses that are forwarded.',
  unit: 'addresses',
  schema: Amount,
});

/** Backups that are kept at the same time. */
export const backups = defineLimit({
  id: 'backups',
  title: 'Backups',
  description: 'Backups that are kept at the same time, of all apps together.',
  unit: 'backups',
  schema: Amount,
});

/** What the programs of the apps may take together at the most, as their settings allow. */
export const memory = defineLimit({
  id: 'memory',
  title: 'Memory',
  description: 'What the programs of all apps may take together at the most, as their settings allow it.',
  unit: 'bytes',
  schema: Amount,
});

/** Signing in to a node with SSH or SFTP. */
export const ssh = defineFeature({
  id: 'ssh',
  title: 'SSH',
  description: 'Signing in to the files of an app with SSH or SFTP.',
  schema: Type.Boolean(),
  otherwise: false,
});

/** Deploying from a git repository. */
export const git = defineFeature({
  id: 'git',
  title: 'Git',
  description: 'Deploying an app from a git repository.',
  schema: Type.Boolean(),
  otherwise: false,
});

/** A copy of an app on which changes are tried. */
export const staging = defineFeature({
  id: 'staging',
  title: 'Staging',
  description: 'Copies of an app on which changes are tried.',
  schema: Type.Boolean(),
  otherwise: false,
});
