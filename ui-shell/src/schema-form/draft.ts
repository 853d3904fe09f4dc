import type { Field } from './field.ts';
import { isObject } from './pointer.ts';

/** What is sent of what stands in a form: what is optional and was left empty is left out. */
export function completeDraft(fields: readonly Field[], draft: unknown): Record<string, unknown> {
  const given = isObject(draft) ? draft : {};
  const known = new Set(fields.map(({ name }) => name));
  const unknown = Object.entries(given).filter(([name]) => !known.has(name));
  const entries = fields.flatMap((field): [string, unknown][] => {
    const value = completeValue(field, given[field.name]);
    return value === undefined ? [] : [[field.name, value]];
  });
  return Object.fromEntries([...entries, ...unknown]);
}

function completeValue(field: Field, value: unknown): unknown {
  const { kind, required, item } = field;
  if (kind === 'group') {
    const inside = completeDraft(field.fields, value);
    return Object.keys(inside).length > 0 || required ? inside : undefined;
  }
  if (kind === 'table' && Array.isArray(value)) {
    const rows = value.map((row) => completeDraft(item?.fields ?? [], row));
    return rows.length > 0 || required ? rows : undefined;
  }
  if (kind === 'list' && Array.isArray(value)) {
    const items = value.filter((one) => one !== '' && one !== undefined);
    return items.length > 0 || required ? items : undefined;
  }
  if (kind === 'map' && isObject(value)) return Object.keys(value).length > 0 || required ? value : undefined;
  if (value === '' && !required) return undefined;
  // A choice that has to be made shows its first option, which is then what was chosen.
  if (kind === 'choice' && value === undefined && required) return field.default ?? field.options[0];
  return value;
}

/** The merge patch (RFC 7396) that makes the one of the other; undefined when they are the same. */
export function findMergePatch(before: unknown, after: unknown): unknown {
  if (!isObject(before) || !isObject(after)) return sameJson(before, after) ? undefined : after;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...names].flatMap((name): [string, unknown][] => {
    if (!Object.hasOwn(after, name)) return [[name, null]];
    const change = Object.hasOwn(before, name) ? findMergePatch(before[name], after[name]) : after[name];
    return change === undefined ? [] : [[name, change]];
  });
  return changes.length > 0 ? Object.fromEntries(changes) : undefined;
}

function sameJson(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => sameJson(item, other[index]));
  if (isObject(one) && isObject(other)) return findMergePatch(one, other) === undefined;
  return one === other;
}

/** How many of a group's fields say something. */
export function countGiven(field: Field, value: unknown): number {
  if (field.kind === 'group')
    return field.fields.reduce(
      (sum, one) => sum + (completeValue(one, isObject(value) ? value[one.name] : undefined) === undefined ? 0 : 1),
      0,
    );
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
}
