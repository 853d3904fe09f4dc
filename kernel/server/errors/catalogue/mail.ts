import type { ErrorKind } from './error-kind.ts';

/** Errors of mail, settings and the audit log. */
export const mailErrors = {} as const satisfies Record<string, ErrorKind>;
