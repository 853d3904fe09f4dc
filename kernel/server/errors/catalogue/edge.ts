import type { ErrorKind } from './error-kind.ts';

/** Errors of what the edge of the API refuses: the form of a request, its key, how often it comes, and webhooks. */
export const edgeErrors = {
  'malformed-json': {
    status: 400,
    title: 'The body is no JSON',
    detail: 'The body could not be read as JSON: {reason}.',
    remedy: 'Send one JSON value in UTF-8.',
  },
  'malformed-request': {
    status: 400,
    title: 'The request is malformed',
    detail: 'The request could not be read: {reason}.',
    remedy: 'Check the address and the headers of the request.',
  },
  'invalid-request': {
    status: 422,
    title: 'The request has fields that cannot be accepted',
    detail: '{count} of the given values cannot be accepted. Each is listed in errors.',
    remedy: 'Correct the fields that errors names, and send the request again.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    detail: 'The body is larger than {limit} bytes.',
    remedy: 'Send less. Files are deployed with PUT /v1/apps/{app}/files, which has limits of its own.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body has a type that is not understood here',
    detail: 'The content type {type} is not understood here.',
    remedy: 'Send application/json, or for files application/x-tar or application/gzip.',
  },
  'route-not-found': {
    status: 404,
    title: 'There is nothing at this address',
    detail: 'There is no route {route}.',
    remedy: 'Look the address up in /v1/openapi.json.',
  },
  'invalid-cursor': {
    status: 422,
    title: 'The cursor is not one that this list gave',
    detail: 'The cursor {cursor} does not belong to this list.',
    remedy: 'Leave the cursor out to start from the beginning, and pass on what next says.',
  },
  'internal-error': {
    status: 500,
    title: 'The server met an error of its own',
    detail: 'The request {request} ended with an error that is not the fault of the caller.',
    remedy: 'Try again. If it happens again, look for the request id in the log of the server.',
    retryable: true,
  },
  'server-stopping': {
    status: 503,
    title: 'The server is stopping',
    detail: 'The server is stopping and takes no more work.',
    remedy: 'Try again in a moment.',
    retryable: true,
  },
  'not-ready': {
    status: 503,
    title: 'The server is not ready',
    detail: 'The server cannot work yet: {reason}.',
    remedy: 'Try again in a moment.',
    retryable: true,
  },
  'idempotency-key-invalid': {
    status: 422,
    title: 'The idempotency key cannot be used',
    detail: 'The idempotency key {key} is not made of 1 to 200 visible ASCII characters.',
    remedy: 'Send a random key, a UUID for example.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key belongs to another request',
    detail: 'The idempotency key {key} was used for a request with another address or body.',
    remedy: 'Make a new key for each request, and send it again only with the very same request.',
  },
  'idempotency-key-in-progress': {
    status: 409,
    title: 'The request with this idempotency key is still running',
    detail: 'The first request with the idempotency key {key} has not ended.',
    remedy: 'Wait a moment and send the same request again to get its answer.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorKind>;
