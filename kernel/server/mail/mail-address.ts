import { Type } from '@freehold/sdk';

/** One e-mail address without a name, of the kind that people have: RFC 5321 allows more, and nobody uses it. */
export const MailAddress = () =>
  Type.String({
    minLength: 3,
    maxLength: 254,
    pattern: '^[^ @<>"(),:;\\\\\\u0000-\\u001f\\u007f]+@[A-Za-z0-9.-]+$',
    description: 'An e-mail address, without a name.',
  });
