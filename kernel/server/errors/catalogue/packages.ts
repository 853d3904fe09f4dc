import type { ErrorKind } from './error-kind.ts';

/** Errors of packages, entitlements and usage. */
export const packageErrors = {} as const satisfies Record<string, ErrorKind>;
