import { type FieldOptions, KERNEL_ANNOTATION, Type } from '@freehold/sdk';

/**
 * Schemas of the texts that end up in configuration of nginx and PHP. The templates escape every value; these keep out
 * what no escaping can say (`$` in nginx, control characters anywhere) and what would mislead a person who reads a plan.
 */

/** Control characters, separators, invisible and direction-changing ones, halves of surrogate pairs. */
const UNSEEN =
  '\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u206f\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb';

/** A host name in lower-case ASCII (RFC 1123 §2.1). Claims nothing: that is the app type's spec. */
export function HostName(options: FieldOptions = {}) {
  return Type.String({
    title: 'Host name',
    ...options,
    ...inWords(
      'Give a host name in lower case: labels of letters, digits and hyphens with dots between them, no dot at the end.',
    ),
    maxLength: 253,
    pattern: '^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$',
  });
}

/**
 * The path of an address as people read it, not percent-encoded: letters of any language, digits, spaces excluded, and
 * `- . _ ~ @ + = , : ! ( ) /`. Starts with `/`; no `.`, `..` or empty segment, but for a `/` at the end.
 */
export function SitePath(options: FieldOptions = {}) {
  return Type.String({
    ...options,
    ...inWords(
      'Give a path that begins with a slash, without blanks, quotes, %, ?, #, $ and other signs that mean something in an address, and with no part that is empty, . or .. alone.',
    ),
    maxLength: 200,
    pattern: `^/(?!/)(?!.*//)(?!(?:.*/)?\\.{1,2}(?:/|$))[^${UNSEEN} "'\\\\$%?#*{};<>|^\`&\\[\\]]*$`,
  });
}

/** Where a redirect leads: an `http` or `https` URL, or a path of the same site; percent-encoded as in an address bar. */
export function RedirectTarget(options: FieldOptions = {}) {
  return Type.String({
    ...options,
    ...inWords(
      'Give a URL that begins with http:// or https://, or a path that begins with one slash; blanks and letters of other languages percent-encoded.',
    ),
    maxLength: 1000,
    pattern:
      '^(?:https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?=[/?#]|$)|/(?![/\\\\]))[A-Za-z0-9._~:/?#@!&()*+,;=%-]*$',
  });
}

/** An absolute path that may stand in the configuration of every program: no quotes, `$`, `\`, `:`, wildcards or control characters. */
export function ServerPath(options: FieldOptions = {}) {
  return Type.String({
    ...options,
    ...inWords(
      'Give an absolute path, in which no part is empty, . or .. alone, and which has no quotes, colons, semicolons, $, %, brackets, wildcards and control characters.',
    ),
    maxLength: 500,
    pattern: `^(?:/(?!\\.{1,2}(?:/|$))[^/${UNSEEN}"'\\\\$%?#*{}:;<>|^\`&\\[\\]]+)+$`,
  });
}

/** The name of one file: `index.html`. */
export function FileName(options: FieldOptions = {}) {
  return Type.String({
    ...options,
    ...inWords('Give the name of one file: letters, digits and . _ ~ @ + -, not with a dot first.'),
    maxLength: 100,
    pattern: '^[A-Za-z0-9_~@+-][A-Za-z0-9._~@+-]*$',
  });
}

/** An amount of bytes as PHP and nginx write it: a whole number and K, M or G. */
export function ByteSize(options: FieldOptions = {}) {
  return Type.String({
    ...options,
    ...inWords('Give a whole number of at most five digits and K, M or G, such as 64M.'),
    maxLength: 6,
    pattern: '^[1-9][0-9]{0,4}[KMG]$',
  });
}

/** Bytes of a {@link ByteSize}. */
export function bytesOf(size: string): number {
  const units: Record<string, number> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
  return Number(size.slice(0, -1)) * (units[size.slice(-1)] ?? Number.NaN);
}

/** The value of a response header: printable ASCII without `$`, not starting or ending with a space (RFC 9110 §5.5). */
export function HeaderValue(options: FieldOptions = {}) {
  return Type.String({
    ...options,
    ...inWords('Give printable ASCII characters without $, and no blank at either end.'),
    maxLength: 1500,
    pattern: '^[!-#%-~](?:[ -#%-~]*[!-#%-~])?$',
  });
}

/** The value of an environment variable: one line of text without `$`, which PHP's configuration would expand. php-fpm refuses empty ones. */
export function EnvironmentValue(options: FieldOptions = {}) {
  return Type.String({
    ...options,
    ...inWords('Give one line of text that is not empty and has no dollar sign.'),
    maxLength: 2000,
    pattern: `^[^${UNSEEN}$]+$`,
  });
}

/** What people read whose value has another form. */
function inWords(form: string) {
  return { [KERNEL_ANNOTATION]: { form } };
}
