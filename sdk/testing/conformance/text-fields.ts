import { exampleOf, NoExampleError, type Schema } from './example.ts';

/** A place in a spec where a text can stand. */
export interface TextField {
  /** `/redirects/0/to`; of the names of a record: `/headers (name)`. */
  readonly pointer: string;
  /** The spec's own field that it is in. */
  readonly field: string;
  /** A value of that field with the text in its place. */
  place(text: string): unknown;
}

type Place = (text: string) => unknown;

/** Every place in a spec where a text can stand, at any depth. Those in containers that cannot be filled by example are left out. */
export function findTextFields(spec: Schema): TextField[] {
  return Object.entries(spec.properties ?? {}).flatMap(([field, schema]) =>
    placesIn(schema, `/${field}`, (text) => text).map(({ pointer, place }) => ({ pointer, field, place })),
  );
}

interface Found {
  readonly pointer: string;
  readonly place: Place;
}

function placesIn(schema: Schema, pointer: string, place: Place): Found[] {
  if (schema.enum || schema.const !== undefined) return [];
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return uniqueByPointer(variants.flatMap((variant) => placesIn(variant, pointer, place)));
  if (schema.type === 'string') return [{ pointer, place }];
  if (schema.type === 'array')
    return placesIn(schema.items ?? {}, `${pointer}/0`, (text) => text).map((inner) => ({
      pointer: inner.pointer,
      place: (text) => place([inner.place(text)] as unknown as string),
    }));
  return schema.type === 'object' ? placesInObject(schema, pointer, place) : [];
}

function placesInObject(schema: Schema, pointer: string, place: Place): Found[] {
  const wrap = (found: Found, around: (value: unknown) => unknown): Found => ({
    pointer: found.pointer,
    place: (text) => place(around(found.place(text)) as string),
  });
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const rest = exampleOrUndefined(schema, pointer);
    if (rest === undefined) return [];
    const found = placesIn(inner, `${pointer}/${name}`, (text) => text);
    return found.map((one) => wrap(one, (value) => ({ ...rest, [name]: value })));
  });
  const [value] = Object.values(schema.patternProperties ?? {});
  if (!value) return named;
  const example = exampleOrUndefined(value, pointer);
  const values = placesIn(value, `${pointer}/a`, (text) => text).map((one) => wrap(one, (inner) => ({ a: inner })));
  const name = {
    pointer: `${pointer} (name)`,
    place: (text: string) => place({ [text]: example } as unknown as string),
  };
  return [...named, ...values, name];
}

function exampleOrUndefined(schema: Schema, pointer: string): Record<string, unknown> | undefined {
  try {
    return exampleOf({ ...schema, default: undefined, examples: [] }, pointer) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof NoExampleError) return undefined;
    throw error;
  }
}

function uniqueByPointer(found: readonly Found[]): Found[] {
  return [...new Map(found.map((one) => [one.pointer, one])).values()];
}
