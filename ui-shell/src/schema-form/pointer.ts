/** JSON Pointers (RFC 6901) into values that are never changed, only made anew. */

export function joinPointer(pointer: string, name: string | number): string {
  return `${pointer}/${`${name}`.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function getAt(value: unknown, pointer: string): unknown {
  return split(pointer).reduce<unknown>(
    (one, name) => (isContainer(one) && Object.hasOwn(one, name) ? one[name] : undefined),
    value,
  );
}

/** A copy with another value there; undefined takes it out. Objects on the way that are missing are made. */
export function setAt(value: unknown, pointer: string, wanted: unknown): unknown {
  const [name, ...rest] = split(pointer);
  if (name === undefined) return wanted;
  const below = `${rest.map((one) => joinPointer('', one)).join('')}`;
  if (Array.isArray(value)) {
    const index = Number(name);
    if (rest.length === 0 && wanted === undefined) return value.filter((_, at) => at !== index);
    const inside = setAt(value[index], below, wanted);
    return index < value.length ? value.with(index, inside) : [...value, inside];
  }
  const object = isContainer(value) ? value : {};
  const inside = setAt(Object.hasOwn(object, name) ? object[name] : undefined, below, wanted);
  if (inside !== undefined) return { ...object, [name]: inside };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

export function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return isContainer(value) && !Array.isArray(value);
}

function split(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}
