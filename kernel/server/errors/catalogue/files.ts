import type { ErrorKind } from './error-kind.ts';

/** Errors of uploaded files. */
export const fileErrors = {
  'archive-refused': {
    status: 422,
    title: 'The archive holds what cannot be accepted',
    detail: 'The entry {entry} cannot be accepted: {reason}.',
    remedy: 'Leave the entry out, or pack the folder with freehold app deploy.',
  },
  'archive-broken': {
    status: 422,
    title: 'The archive cannot be read',
    detail: 'The body is no complete tar archive, plain or with gzip: {reason}.',
    remedy: 'Pack the folder again and send all of it.',
  },
  'archive-too-large': {
    status: 413,
    title: 'The archive is too large',
    detail: 'The files are more than {limit} {unit}, which is the limit for apps of the type {type}.',
    remedy: 'Leave out what the site does not need.',
  },
  'upload-too-slow': {
    status: 408,
    title: 'Nothing arrived for too long',
    detail: 'No bytes arrived for {seconds} seconds, so the upload was given up.',
    remedy: 'Check the connection and send the files again.',
    retryable: true,
  },
  'storage-full': {
    status: 507,
    title: 'The disk of the server is full',
    detail: 'The files could not be stored: no space is left on the disk.',
    remedy: 'Tell whoever runs the server.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorKind>;
