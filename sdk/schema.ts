import { type Static, type TObject, type TSchema, type TString, Type } from 'typebox';

export { type Static, type TObject, type TSchema, Type };

/** How a schema is shown in a form and what the kernel does with its values. All members are optional. */
export interface FieldOptions {
  /** Label of the field, in sentence case. */
  title?: string;
  /** One or two sentences of help. */
  description?: string;
  /** Used when the caller leaves the field out. Must satisfy the schema. */
  default?: unknown;
  /** Values worth showing as examples. */
  examples?: readonly unknown[];
}

/**
 * The annotation under which a schema tells the kernel something that JSON Schema cannot say.
 * `claims: 'domain'` makes the kernel claim the value for the app's tenant: no other tenant of the
 * installation can use that name or a name below it, and no other app can use the same name.
 * `form` says in full sentences what a `pattern` asks for, "Give four octal digits.": it is the remedy that people read when
 * a value is of another form. Without it they read the description, and without that the pattern itself.
 */
export const KERNEL_ANNOTATION = 'x-freehold';

const CONTROL_CHARACTERS = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufeff';

/** An object with these properties and no others: what a spec, a config or an input is made of. */
export function Fields<Properties extends Record<string, TSchema>>(
  properties: Properties,
  options: FieldOptions = {},
): TObject<Properties> {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/**
 * A host name in lower-case ASCII, without a trailing dot: labels of 1 to 63 letters, digits and hyphens, 253
 * characters in all (RFC 1123 §2.1). International names are given in their `xn--` form. The value is
 * claimed for the tenant.
 */
export function Hostname(options: FieldOptions = {}): TString {
  return text({
    options: { title: 'Host name', ...options },
    form: 'Give a host name in lower case, such as www.example.org: labels of 1 to 63 letters, digits and hyphens with dots between them, 253 characters in all, no dot at the end. International names are given in their xn-- form.',
    maxLength: 253,
    pattern: '^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$',
    claims: 'domain',
  });
}

/** One line of text for people: any language, no control characters, no line breaks. */
export function Line(options: FieldOptions & { minLength?: number; maxLength?: number } = {}): TString {
  return text({
    options: { maxLength: 200, ...options },
    form: 'Give one line of text, without tabs, line breaks and other control characters.',
    pattern: `^[^${CONTROL_CHARACTERS}]*$`,
  });
}

/** A path below a folder that the caller knows: `a-z A-Z 0-9 . _ ~ @ + -` and `/`; no leading `/`, no `.` or `..` segment. */
export function RelativePath(options: FieldOptions = {}): TString {
  return text({
    options,
    form: 'Give a path below the folder: letters, digits and . _ ~ @ + - with single slashes between its parts, none at the beginning, and no part that is . or .. alone.',
    maxLength: 255,
    pattern: '^(?!.*(?:^|/)\\.{1,2}(?:/|$))(?!/)(?!.*//)[A-Za-z0-9._~@+/-]*$',
  });
}

/** The path part of a URL, starting with `/`: `a-z A-Z 0-9 . _ ~ @ + = % -` and `/`; no `.` or `..` segment, no `//`,
 * which at the beginning would be another host. */
export function UrlPath(options: FieldOptions = {}): TString {
  return text({
    options,
    form: 'Give the path of a URL: a slash, then letters, digits and . _ ~ @ + = % - with single slashes between its parts, and no part that is . or .. alone.',
    maxLength: 1024,
    pattern: '^(?!.*/\\.{1,2}(?:/|$))(?!.*//)/[A-Za-z0-9._~@+=%/-]*$',
  });
}

/** An absolute path in normal form: no empty, `.` or `..` segment, no control characters, no trailing `/`. */
export function AbsolutePath(options: FieldOptions = {}): TString {
  return text({
    options,
    form: 'Give an absolute path: a slash at the beginning and none at the end, single slashes between its parts, no part that is . or .. alone, no control characters.',
    maxLength: 1024,
    pattern: `^(?:/(?!\\.{1,2}(?:/|$))[^/${CONTROL_CHARACTERS}]+)+$`,
  });
}

/** The name of a unix user or group that Freehold may write into configuration: at most 32 characters (useradd(8)). */
export function UnixName(options: FieldOptions = {}): TString {
  return text({
    options,
    form: 'Give a name of at most 32 lower-case letters, digits, hyphens and underscores that begins with a letter or an underscore.',
    pattern: '^[a-z_][a-z0-9_-]{0,31}$',
  });
}

/** Permission bits as four octal digits in a string, `0640`. */
export function FileMode(options: FieldOptions = {}): TString {
  return text({ options, form: 'Give four octal digits in quotes, such as "0640".', pattern: '^[0-7]{4}$' });
}

/** An id that a plugin gives to one of its things: `php-site`, `main`. Lower-case letters, digits, hyphen and dot. */
export function LocalId(options: FieldOptions = {}): TString {
  return text({
    options,
    form: 'Give 1 to 64 lower-case letters, digits, dots, hyphens and underscores, with a letter or a digit at both ends.',
    pattern: '^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$',
  });
}

interface Text {
  readonly options: FieldOptions & { minLength?: number; maxLength?: number };
  /** What the pattern asks for, in words. */
  readonly form: string;
  readonly pattern: string;
  readonly maxLength?: number;
  readonly claims?: 'domain';
}

function text({ options, form, claims, ...rules }: Text): TString {
  return Type.String({ ...options, ...rules, [KERNEL_ANNOTATION]: { form, ...(claims && { claims }) } });
}
