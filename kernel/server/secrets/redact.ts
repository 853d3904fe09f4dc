const SHOWN = '[secret]';

/**
 * The value with every occurrence of a secret taken out. The agent keeps secrets out of what it reports; this is for
 * the day on which a program prints one in a way that nobody thought of.
 */
export function redact<T>(value: T, secrets: readonly string[]): T {
  const hidden = secrets.filter((secret) => secret.length >= 8);
  if (hidden.length === 0) return value;
  return walk(value) as T;

  function walk(part: unknown): unknown {
    if (typeof part === 'string') return hidden.reduce((text, secret) => text.replaceAll(secret, SHOWN), part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, walk(member)]));
  }
}
