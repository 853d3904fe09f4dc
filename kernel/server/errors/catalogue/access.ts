import type { ErrorKind } from './error-kind.ts';

/** Errors of tenants, memberships, permissions and API tokens. */
export const accessErrors = {
  'permission-denied': {
    status: 403,
    title: 'This is not allowed',
    detail: '{actor} may not do {action} here.',
    remedy: 'Ask somebody with the needed role: {roles}.',
  },
  'tenant-not-found': {
    status: 404,
    title: 'Tenant not found',
    detail: 'There is no tenant {tenant}.',
    remedy: 'GET /v1/tenants lists the tenants you can see.',
  },
  'tenant-slug-taken': {
    status: 409,
    title: 'The short name is taken',
    detail: 'Another tenant has the short name {slug}.',
    remedy: 'Choose another slug.',
  },
  'tenant-parent-not-suitable': {
    status: 422,
    title: 'The parent cannot have this tenant',
    detail: 'A {kind} cannot stand below the {parentKind} {parent}.',
    remedy: 'A reseller stands below the hoster; a customer below the hoster or a reseller.',
  },
  'tenant-needed': {
    status: 422,
    title: 'The tenant is not clear',
    detail: 'You act for {count} tenants, so the request must name one.',
    remedy: 'Name the tenant in the field tenant.',
  },
  'token-not-found': {
    status: 404,
    title: 'Token not found',
    detail: 'The tenant has no API token {token}.',
    remedy: 'GET /v1/tenants/{tenant}/tokens lists them.',
  },
} as const satisfies Record<string, ErrorKind>;
