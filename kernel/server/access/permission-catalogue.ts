import type { Role } from '../store/entities/index.ts';

/** Something that can be allowed. */
export interface Permission {
  readonly title: string;
  /** Which roles have it. A role counts in its tenant and in all below it. */
  readonly roles: readonly Role[];
  /**
   * What is asked for: something of one app, something of a tenant, or something of the installation, which belongs to
   * no tenant.
   */
  readonly on: 'app' | 'tenant' | 'installation';
  /** Never while somebody acts as somebody else, and only for a person who has just proved to be that person. */
  readonly sensitive?: 'credentials' | 'money';
  /** Only for a person who has just proved to be that person. */
  readonly recent?: true;
}

const admin = ['super_admin'] as const;
const sellers = ['super_admin', 'reseller'] as const;
const owners = ['super_admin', 'reseller', 'customer'] as const;
const everybody = ['super_admin', 'reseller', 'customer', 'technical_user'] as const;

/** Every permission of the kernel. Plugins add their own, with the id of the plugin before the dot. */
export const permissionCatalogue = {
  'tenant.read': { title: 'See tenants', on: 'tenant', roles: everybody },
  'tenant.create': { title: 'Make tenants', on: 'tenant', roles: sellers },
  'tenant.change': { title: 'Rename tenants', on: 'tenant', roles: sellers },
  'tenant.suspend': { title: 'Suspend tenants and resume them', on: 'tenant', roles: sellers },
  'tenant.remove': { title: 'Remove tenants and restore them', on: 'tenant', roles: sellers },
  'tenant.purge': { title: 'Destroy removed tenants', on: 'tenant', roles: admin },
  'tenant.impersonate': {
    title: 'Act as a member of a tenant',
    on: 'tenant',
    roles: sellers,
    sensitive: 'credentials',
  },
  'member.read': { title: 'See who has access to a tenant', on: 'tenant', roles: owners },
  'member.manage': {
    title: 'Invite people, change and end their access',
    on: 'tenant',
    roles: owners,
    sensitive: 'credentials',
  },
  'account.read': { title: 'See the accounts of the installation', on: 'installation', roles: admin },
  'account.manage': {
    title: 'Block accounts and end their sessions',
    on: 'installation',
    roles: admin,
    sensitive: 'credentials',
  },
  'token.read': { title: 'See API tokens', on: 'tenant', roles: owners },
  'token.manage': {
    title: 'Make API tokens and take them back',
    on: 'tenant',
    roles: owners,
    sensitive: 'credentials',
  },
  'package.read': { title: 'See packages', on: 'tenant', roles: owners },
  'package.manage': { title: 'Make and change packages', on: 'tenant', roles: sellers },
  'package.assign': { title: 'Give packages to tenants and take them back', on: 'tenant', roles: sellers },
  'usage.read': { title: 'See what is used', on: 'tenant', roles: owners },
  'brand.read': { title: 'See the brand of a tenant', on: 'tenant', roles: sellers },
  'brand.manage': { title: 'Change the brand of a tenant', on: 'tenant', roles: sellers },
  'webhook.read': { title: 'See webhooks', on: 'tenant', roles: owners },
  'webhook.manage': { title: 'Make, change and remove webhooks', on: 'tenant', roles: owners },
  'app-type.read': { title: 'See which types of apps there are', on: 'tenant', roles: everybody },
  'app.read': { title: 'See apps', on: 'app', roles: everybody },
  'app.create': { title: 'Make apps', on: 'tenant', roles: owners },
  'app.change': { title: 'Change apps', on: 'app', roles: everybody },
  'app.deploy': { title: 'Deploy files', on: 'app', roles: everybody },
  'app.act': { title: 'Run actions of apps', on: 'app', roles: everybody },
  'app.suspend': { title: 'Suspend apps and resume them', on: 'app', roles: owners },
  'app.remove': { title: 'Put apps into the trash', on: 'app', roles: owners },
  'app.restore': { title: 'Take apps out of the trash', on: 'app', roles: owners },
  'app.purge': { title: 'Destroy apps with their data', on: 'app', roles: owners },
  'operation.read': { title: 'See what was done', on: 'app', roles: everybody },
  'event.read': { title: 'Hear of what happens', on: 'app', roles: everybody },
  'audit.read': { title: 'Read the audit log', on: 'tenant', roles: owners },
  'audit.verify': { title: 'Verify the audit log', on: 'installation', roles: admin },
  'node.read': { title: 'See nodes', on: 'installation', roles: admin },
  'node.manage': { title: 'Enrol and change nodes', on: 'installation', roles: admin, recent: true },
  'plugin.read': { title: 'See plugins', on: 'installation', roles: admin },
  'plugin.manage': { title: 'Reload and configure plugins', on: 'installation', roles: admin },
  'settings.read': { title: 'Read the settings', on: 'installation', roles: admin },
  'settings.manage': { title: 'Change the settings', on: 'installation', roles: admin },
  'mail.read': { title: 'Read the mails that were sent', on: 'installation', roles: admin },
  'mail.manage': { title: 'Send test mails and send mails again', on: 'installation', roles: admin },
  'metrics.read': { title: 'Read the metrics', on: 'installation', roles: admin },
} as const satisfies Record<string, Permission>;

/** Id of a permission of the kernel. */
export type Action = keyof typeof permissionCatalogue;

/** What a route asks for before anything else: a permission, a person's own account, or nothing. */
export type RoutePermission = Action | 'own' | 'public';

export function isAction(id: string): id is Action {
  return Object.hasOwn(permissionCatalogue, id);
}
