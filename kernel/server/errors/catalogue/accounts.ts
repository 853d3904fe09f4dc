import type { ErrorKind } from './error-kind.ts';

/** Errors of signing in, sessions and the means of it. */
export const accountErrors = {
  unauthenticated: {
    status: 401,
    title: 'Nobody is signed in',
    detail: 'The request carries no API token that is valid: {reason}.',
    remedy: 'Send Authorization: Bearer <token>. POST /v1/session trades e-mail and password for one.',
  },
  'wrong-credentials': {
    status: 401,
    title: 'E-mail or password is wrong',
    detail: 'There is no account with this e-mail and password.',
    remedy: 'Check both. Passwords are case-sensitive.',
  },
} as const satisfies Record<string, ErrorKind>;
