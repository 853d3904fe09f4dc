import type { ErrorKind } from './error-kind.ts';

/** Errors of packages, entitlements and usage. */
export const packageErrors = {
  'limit-reached': {
    status: 409,
    title: 'A limit is reached',
    detail: 'The packages do not include that: {reasons}',
    remedy:
      'Remove something that is no longer needed, or get a larger package. GET /v1/tenants/{tenant}/usage shows what is used.',
  },
  'provider-limit-reached': {
    status: 409,
    title: 'The provider has no more of it',
    detail: 'Whoever provides the hosting has no more of {limits}.',
    remedy: 'Tell your provider, who can get more.',
  },
  'feature-not-included': {
    status: 409,
    title: 'A feature is not included',
    detail: 'The packages do not include that: {reasons}',
    remedy:
      'Choose something that is included, or get a package with it. GET /v1/tenants/{tenant}/entitlement shows what is.',
  },
  'package-not-found': {
    status: 404,
    title: 'Package not found',
    detail: 'There is no package {package}.',
    remedy: 'GET /v1/packages lists the packages you can see.',
  },
  'package-revision-not-found': {
    status: 404,
    title: 'Revision not found',
    detail: 'The package {package} has no revision {revision}.',
    remedy: 'GET /v1/packages/{package}/revisions lists them.',
  },
  'package-name-taken': {
    status: 409,
    title: 'The name is taken',
    detail: 'There is another package with the name {name}.',
    remedy: 'Choose another name, or archive the other package.',
  },
  'package-archived': {
    status: 409,
    title: 'The package is archived',
    detail: 'The package {package} is not given to anybody any more.',
    remedy: 'Choose another package.',
  },
  'package-not-for-tenant': {
    status: 409,
    title: 'The package is not for this tenant',
    detail: 'The package {package} is not for {tenant}: {reason}',
    remedy: 'Choose a package of whoever provides hosting to the tenant.',
  },
  'package-exceeds-entitlement': {
    status: 409,
    title: 'The package gives more than there is to give',
    detail: 'The package gives more than its seller has: {reasons}',
    remedy: 'Give less, or get more from your own provider.',
  },
  'package-does-not-fit': {
    status: 409,
    title: 'The packages do not fit what is used',
    detail: 'What the tenant uses does not fit these packages: {reasons}',
    remedy: 'Remove what is in the way, or set "force" to true: what is there stays then, and no more can be added.',
  },
} as const satisfies Record<string, ErrorKind>;
