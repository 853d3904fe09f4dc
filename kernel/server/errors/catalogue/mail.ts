import type { ErrorKind } from './error-kind.ts';

/** Errors of mail, settings and the audit log. */
export const mailErrors = {
  'mail-not-found': {
    status: 404,
    title: 'There is no such mail',
    detail: 'There is no mail {mail}.',
    remedy:
      'List the mails with GET /v1/mail. Old ones are forgotten after the time that the setting mailRetention says.',
  },
  'mail-not-failed': {
    status: 409,
    title: 'The mail was not given up',
    detail: 'Mail {mail} is {state}. Only a mail that was given up can be sent again.',
    remedy: 'One that is waiting is tried again by itself. For any other, let whoever needs it ask for it anew.',
  },
  'brand-not-for-customers': {
    status: 409,
    title: 'A customer has no brand',
    detail: 'Tenant {tenant} is a customer, and nobody is a customer of it.',
    remedy: 'Give the brand to the reseller or the hoster above it.',
  },
  'settings-do-not-fit': {
    status: 422,
    title: 'The settings do not fit together',
    detail: 'With this change {problem}.',
    remedy: 'Change both settings in one request, so that they fit together.',
  },
} as const satisfies Record<string, ErrorKind>;
