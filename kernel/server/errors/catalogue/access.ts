import type { ErrorKind } from './error-kind.ts';

/** Errors of tenants, memberships, permissions and API tokens. */
export const accessErrors = {
  'permission-denied': {
    status: 403,
    title: 'This is not allowed',
    detail: '{actor} may not do {action} here.',
    remedy: 'Ask somebody with the needed role: {roles}.',
  },
  'not-while-impersonating': {
    status: 403,
    title: 'Not while acting as somebody else',
    detail: '{actor} can do {action} only in person, and somebody else is acting here.',
    remedy: 'End the impersonation. Credentials and money are the business of the person alone.',
  },
  'token-not-for-this': {
    status: 403,
    title: 'The API token is not for this',
    detail: '{actor} may not do {action} here: it was made for other permissions, tenants or apps.',
    remedy: 'Make a token whose scope includes it, or use one that has it.',
  },
  'reauthentication-needed': {
    status: 403,
    title: 'Prove again that it is you',
    detail: 'This is allowed for {minutes} minutes after somebody has proved to be the person of the account.',
    remedy:
      'POST /v1/session/reauthentication with the password, and the second factor if there is one, and send the request again.',
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
