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
  'person-needed': {
    status: 403,
    title: 'Only a person can do this',
    detail: '{actor} is no person who has signed in.',
    remedy: 'Sign in with your account and do it yourself.',
  },
  'member-not-found': {
    status: 404,
    title: 'Member not found',
    detail: 'The account {account} has no access to {tenant}.',
    remedy: 'GET /v1/tenants/{tenant}/members lists who has.',
  },
  'last-administrator': {
    status: 409,
    title: 'Nobody would be left who may do everything',
    detail: 'This is the last super administrator of the installation.',
    remedy: 'Make somebody else a super administrator first.',
  },
  'already-a-member': {
    status: 409,
    title: 'You have access already',
    detail: 'You have access already, as {role}.',
    remedy: 'Ask whoever invited you to change your role instead.',
  },
  'invitation-not-found': {
    status: 404,
    title: 'Invitation not found',
    detail: 'There is no invitation {invitation}.',
    remedy: 'GET /v1/tenants/{tenant}/invitations lists those that are open.',
  },
  'invitation-over': {
    status: 410,
    title: 'The invitation is worth nothing any more',
    detail: 'The invitation was used, taken back, replaced by another one, or is too old.',
    remedy: 'Ask for another one.',
  },
  'invitation-needs-sign-in': {
    status: 409,
    title: 'There is an account with this address',
    detail: 'There is an account with the address {email} already.',
    remedy: 'Sign in with it, and accept the invitation with POST /v1/account/invitations.',
  },
  'invitation-for-another': {
    status: 403,
    title: 'The invitation is for somebody else',
    detail: 'The invitation is for {email}, and you are signed in as {actor}.',
    remedy: 'Sign in with the address that was invited.',
  },
  'impersonation-refused': {
    status: 403,
    title: 'You cannot act as this person',
    detail: '{actor} cannot act as somebody who may do as much or more somewhere.',
    remedy: 'Choose somebody who has less rights than you, in all tenants.',
  },
  'token-too-strong': {
    status: 403,
    title: 'The API token would be able to do more than you',
    detail: 'You do not have {permission} yourself, so you cannot give it to a token.',
    remedy: 'Name the permissions that the token needs, out of those that you have.',
  },
  'tenant-suspended': {
    status: 409,
    title: 'The tenant is suspended',
    detail: '{tenant} is suspended: {reason}.',
    remedy: 'Ask whoever provides the hosting to end the suspension.',
  },
  'tenant-not-suspended': {
    status: 409,
    title: 'The tenant is not suspended',
    detail: '{tenant} is not suspended for the reason {reason}.',
    remedy: 'GET /v1/tenants/{tenant} says for which reasons it is.',
  },
  'tenant-suspension-not-yours': {
    status: 403,
    title: 'Somebody else suspended the tenant',
    detail: 'You cannot end the suspension of {tenant} for the reason {reason}.',
    remedy: 'Ask somebody with the needed role: {roles}.',
  },
  'tenant-not-present': {
    status: 409,
    title: 'The tenant was removed',
    detail: '{tenant} was removed.',
    remedy: 'Restore it with POST /v1/tenants/{tenant}/restore, as long as that is possible.',
  },
  'tenant-not-removed': {
    status: 409,
    title: 'The tenant was not removed',
    detail: '{tenant} was not removed, so it cannot be restored or destroyed.',
    remedy: 'Remove it first with DELETE /v1/tenants/{tenant}.',
  },
  'tenant-has-tenants': {
    status: 409,
    title: 'There are tenants below it',
    detail: 'Below {tenant} there are still {count} tenants.',
    remedy: 'Remove them first.',
  },
  'tenant-is-hoster': {
    status: 409,
    title: 'This is not possible with the hoster',
    detail: 'The hoster is the installation itself, and can be neither suspended nor removed.',
    remedy: 'Stop the server to end the installation.',
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
