import type { JsonSchema } from '../api-types.ts';
import { usageProblem } from '../problem.ts';

/**
 * What a text stands for at a place of the schema. `8.2` is a text where the schema wants one and a number where it wants
 * that; where it says nothing, it is read as JSON if it is JSON.
 */
export function readValue(text: string, schema: JsonSchema | undefined, place: string): unknown {
  const types = typesOf(schema);
  if (types.size === 0) return parseJson(text) ?? (text === 'null' ? null : text);
  if (types.has('string')) return text;
  const value = parseJson(text);
  if (value !== undefined && types.has(typeOf(value))) return value;
  if (types.has('number') && typeof value === 'number') return value;
  // The server names the field and its rule better than we can: it gets the text as it is.
  if (!types.has('array') && !types.has('object')) return text;
  const remedy = types.has('array')
    ? `Add one value with ${place}[]=<value>, or give the whole list with ${place}:='["…"]'.`
    : `Set one of its fields with ${place}.<field>=<value>, or all of it with ${place}:='{…}'.`;
  throw usageProblem(
    `${place} takes ${types.has('array') ? 'a list' : 'a group of fields'}, not ${JSON.stringify(text)}.`,
    remedy,
  );
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function typesOf(schema: JsonSchema | undefined): Set<string> {
  if (!schema) return new Set();
  const own = [schema.type ?? []].flat();
  const literals = [...(schema.enum ?? []), ...('const' in schema ? [schema.const] : [])].map(typeOf);
  return new Set([...own, ...literals, ...(schema.anyOf ?? []).flatMap((part) => [...typesOf(part)])]);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
