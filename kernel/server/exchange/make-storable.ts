/** The value with what PostgreSQL cannot store replaced in all texts: programs print whatever they like. */
export function makeStorable<T>(value: T): T {
  if (typeof value === 'string') return clean(value) as T;
  if (Array.isArray(value)) return value.map(makeStorable) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [clean(name), makeStorable(member)])) as T;
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
