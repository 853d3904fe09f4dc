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
  'too-many-attempts': {
    status: 429,
    title: 'Too many attempts',
    detail: 'There were too many attempts from here. The next one is looked at in {seconds} seconds.',
    remedy: 'Wait. If you have forgotten the password, POST /v1/password-resets sends a link.',
    retryable: true,
  },
  'sign-in-busy': {
    status: 503,
    title: 'Too many people sign in at once',
    detail: 'The server checks as many passwords as it can, and more are waiting.',
    remedy: 'Try again in a few seconds.',
    retryable: true,
  },
  'session-over': {
    status: 401,
    title: 'The session is over',
    detail: 'The session cannot go on: {reason}.',
    remedy: 'Sign in again with POST /v1/session.',
  },
  'session-not-found': {
    status: 404,
    title: 'Session not found',
    detail: 'You have no session {session}, or it is over.',
    remedy: 'GET /v1/account/sessions lists them.',
  },
  'session-needed': {
    status: 403,
    title: 'Only for people who signed in',
    detail: 'An API token asks, and this belongs to the person of an account.',
    remedy: 'Sign in with POST /v1/session, and send the token that it gives.',
  },
  'cross-site-request': {
    status: 403,
    title: 'Another web site sent this request',
    detail: 'A page of another web site made a browser send this request: {origin}.',
    remedy: 'Sign in on the page of the installation itself.',
  },
  'sign-in-step-over': {
    status: 401,
    title: 'This step of signing in is over',
    detail: 'The token of this step is unknown, was used, or is older than five minutes.',
    remedy: 'Begin again.',
  },
  'second-factor-wrong': {
    status: 401,
    title: 'The code is wrong',
    detail: 'The code is wrong, too old, or was used before.',
    remedy: 'Type the code that the app shows now, or a recovery code. Check that the clock of the device is right.',
  },
  'second-factor-locked': {
    status: 429,
    title: 'Codes are not looked at for some time',
    detail: 'Too many codes were wrong, so codes of this account are not looked at for {minutes} minutes.',
    remedy: 'Wait, or sign in with a passkey. If it was not you, somebody knows the password: change it.',
    retryable: true,
  },
  'no-second-factor': {
    status: 409,
    title: 'There is no second factor',
    detail: 'The account has neither an authenticator app nor a passkey, so recovery codes are good for nothing.',
    remedy: 'Add one with POST /v1/account/totp or POST /v1/account/passkeys/options.',
  },
  'totp-not-prepared': {
    status: 409,
    title: 'There is no secret to confirm',
    detail: 'No secret for an authenticator app waits for its first code.',
    remedy: 'Get one with POST /v1/account/totp.',
  },
  'totp-not-found': {
    status: 404,
    title: 'There is no authenticator app',
    detail: 'The account has no authenticator app.',
    remedy: 'GET /v1/account says what the account has.',
  },
  'passkey-refused': {
    status: 401,
    title: 'The passkey is not accepted',
    detail: 'The passkey is unknown here, or what it signed is not what it was asked to sign.',
    remedy: 'Begin again, with a passkey of this account, on the page of the installation itself.',
  },
  'passkey-known': {
    status: 409,
    title: 'The passkey is known',
    detail: 'This passkey is registered already.',
    remedy: 'GET /v1/account/passkeys lists those of the account.',
  },
  'passkey-not-found': {
    status: 404,
    title: 'Passkey not found',
    detail: 'The account has no passkey {passkey}.',
    remedy: 'GET /v1/account/passkeys lists them.',
  },
  'passkeys-need-address': {
    status: 409,
    title: 'Passkeys need an address',
    detail: 'Passkeys are bound to a host name, and the address of the installation is {publicUrl}.',
    remedy: 'Set publicUrl with PATCH /v1/settings to the name under which people reach the panel.',
  },
  'registration-closed': {
    status: 403,
    title: 'Nobody can register here',
    detail: 'Accounts are made by invitation only.',
    remedy: 'Ask the hoster or your reseller for an invitation.',
  },
  'mail-token-over': {
    status: 401,
    title: 'The link is not valid',
    detail: 'The link is unknown, was used, or is too old.',
    remedy: 'Ask for a new one.',
  },
  'email-taken': {
    status: 409,
    title: 'The address belongs to another account',
    detail: 'There is another account with this e-mail address.',
    remedy: 'Choose another address.',
  },
} as const satisfies Record<string, ErrorKind>;
