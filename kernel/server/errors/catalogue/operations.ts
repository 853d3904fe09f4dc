import type { ErrorKind } from './error-kind.ts';

/** Errors of operations. */
export const operationErrors = {
  'operation-not-found': {
    status: 404,
    title: 'Operation not found',
    detail: 'There is no operation {operation}.',
    remedy: 'GET /v1/operations lists the operations you can see.',
  },
  'operation-not-undoable': {
    status: 409,
    title: 'The operation cannot be undone',
    detail: 'Operation {operation} ({kind}) cannot be undone: {reason}.',
    remedy: 'Ask for what you want instead of undoing what was done.',
  },
  'operation-not-retryable': {
    status: 409,
    title: 'The operation cannot be tried again',
    detail: 'Operation {operation} ({kind}) cannot be tried again: {reason}.',
    remedy: 'Only an operation that failed and that nothing followed can be tried again.',
  },
} as const satisfies Record<string, ErrorKind>;
