import type { ErrorKind } from './error-kind.ts';

/** Errors of host names. */
export const domainErrors = {
  'domain-taken': {
    status: 409,
    title: 'The host name is taken',
    detail: 'The host name {name} cannot be used: {reason}.',
    remedy: 'Use another host name, or take it away from the app that has it.',
  },
  'domain-is-public-suffix': {
    status: 422,
    title: 'The host name belongs to nobody',
    detail: 'Below {name} anybody can register names, so no tenant can hold it.',
    remedy: 'Use a name below it, for example www.{name}.',
  },
} as const satisfies Record<string, ErrorKind>;
