/** A value that is no JSON, or too much of it. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
  /** JSON Pointer to what is wrong. */
  readonly pointer: string;
  /** What is wrong, as the rest of a sentence that starts with the pointer. */
  readonly reason: string;

  constructor(pointer: string, reason: string) {
    super(`${pointer || 'The value'} ${reason}`);
    this.pointer = pointer;
    this.reason = reason;
  }
}

export interface JsonLimits {
  readonly depth: number;
  /** Values in all: every number, string, array, object … counts as one. */
  readonly values: number;
}

const LIMITS: JsonLimits = { depth: 64, values: 100_000 };

/**
 * Copies a JSON value, so that nobody else holds it, and refuses what is none: functions, dates, maps, instances of
 * classes, cycles, numbers that are not finite. Members that are undefined are left out, as in JSON.stringify; members
 * called `__proto__` are refused, because somebody later might assign them.
 *
 * @throws NotJsonError
 */
export function copyJson(value: unknown, options: { freeze?: boolean; limits?: JsonLimits } = {}): unknown {
  const { freeze = false, limits = LIMITS } = options;
  let left = limits.values;

  return copy(value, []);

  function copy(source: unknown, path: readonly string[]): unknown {
    if (left-- <= 0) throw new NotJsonError('', `has more than ${limits.values} values`);
    if (path.length > limits.depth)
      throw new NotJsonError(toPointer(path), `is nested deeper than ${limits.depth} levels`);
    if (source === null || typeof source === 'string' || typeof source === 'boolean') return source;
    if (typeof source === 'number' && Number.isFinite(source)) return source === 0 ? 0 : source;
    if (Array.isArray(source)) return sealed(Array.from(source, (item, index) => copy(item, [...path, String(index)])));
    if (isPlainObject(source)) return sealed(copyMembers(source, path));
    throw new NotJsonError(toPointer(path), `is ${nameOf(source)}, which is no JSON`);
  }

  function copyMembers(source: object, path: readonly string[]): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(source)) {
      if (name === '__proto__') throw new NotJsonError(toPointer([...path, name]), 'is a name that no field may have');
      if (member !== undefined) members[name] = copy(member, [...path, name]);
    }
    return members;
  }

  function sealed<Value>(copied: Value): Value {
    return freeze ? Object.freeze(copied) : copied;
  }
}

/** JSON Pointer (RFC 6901) of a path. */
export function toPointer(path: readonly string[]): string {
  return path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object') return `an instance of ${value?.constructor?.name || 'a class'}`;
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}
