const SHOWN = '[secret]';

/** Of a member whose texts nobody may read. Numbers and switches stay: how long a password must be is no secret. */
const SECRET_NAME =
  /pass(?:word|phrase|wd)|secret|token|credential|cookie|authorization|(?:private|api|signing)_?key|recovery_?code|^(?:key|hash|otp|totp|pin)$/i;

/** What has the form of a secret, under whatever name. */
const SECRET_VALUE = new RegExp(
  [
    // Tokens of Freehold, and JWTs.
    String.raw`\bfh[a-z]?_[A-Za-z0-9]{20,}`,
    String.raw`\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`,
    String.raw`\$argon2[a-z]{1,2}\$[^\s"]+`,
    '-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?',
    // The password in an address: postgresql://user:password@host
    String.raw`(?<=[a-z]:\/\/[^\s:@/]{1,100}:)[^\s:@/]+(?=@)`,
  ].join('|'),
  'g',
);

/** Names a thing, so that it is worth more when it is read than when it is hidden: `token: tok_…`. */
const ID = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{20}$/;

/** The value as it may be kept for ever and read by whoever reads the audit log. */
export function redactForAudit<T>(value: T): T {
  return walk(value, false) as T;
}

function walk(value: unknown, isSecret: boolean): unknown {
  if (typeof value === 'string') return redactText(value, isSecret);
  if (Array.isArray(value)) return value.map((item) => walk(item, isSecret));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, walk(member, isSecret || SECRET_NAME.test(name))]),
  );
}

function redactText(text: string, isSecret: boolean): string {
  if (isSecret) return text === '' || ID.test(text) ? text : SHOWN;
  return text.replace(SECRET_VALUE, SHOWN);
}
