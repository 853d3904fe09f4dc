import type { JsonSchema } from '../../kernel/cli/api-types.ts';

/** What of JSON Schema is needed to make a value that fits. */
interface Schema extends JsonSchema {
  readonly required?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

/** A place in a document where a schema takes text: what stands there is replaced, around it everything fits. */
export interface TextField {
  /** JSON Pointer. */
  readonly pointer: string;
  /** The document with a text in this place. */
  put(text: string): unknown;
}

/** Every field of a schema that takes text, names of members where they are free too. */
export function textFields(schema: Schema, pointer = ''): TextField[] {
  const { properties = {}, items, anyOf, patternProperties } = schema;
  const inside = Object.entries(properties).flatMap(([name, field]) =>
    textFields(field, `${pointer}/${name}`).map(({ pointer, put }) => ({
      pointer,
      put: (text: string) => ({ ...(sample(schema) as object), [name]: put(text) }),
    })),
  );
  const inItems = items
    ? textFields(items, `${pointer}/0`).map(({ pointer, put }) => ({ pointer, put: (text: string) => [put(text)] }))
    : [];
  const free = Object.values(patternProperties ?? {});
  const inMembers = free.flatMap((field) => [
    { pointer, put: (text: string) => ({ [text]: sample(field) }) },
    ...textFields(field, `${pointer}/a`).map(({ pointer, put }) => ({
      pointer,
      put: (text: string) => ({ a: put(text) }),
    })),
  ]);
  const alternatives = (anyOf ?? []).flatMap((one) => textFields(one, pointer));
  const own = schema.type === 'string' || schema.enum ? [{ pointer, put: (text: string) => text }] : [];
  return [...own, ...inside, ...inItems, ...inMembers, ...alternatives];
}

/** The smallest value that fits. */
function sample(schema: Schema): unknown {
  const { examples, enum: values, anyOf, type, properties = {}, required = [], items } = schema;
  if (examples?.length) return examples[0];
  if ('default' in schema) return schema.default;
  if (values?.length) return values[0];
  if ('const' in schema) return schema.const;
  if (anyOf?.[0]) return sample(anyOf[0]);
  if (type === 'object') return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {})]));
  if (type === 'array') return items ? [sample(items)] : [];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  return type === 'boolean' ? true : 'a';
}
