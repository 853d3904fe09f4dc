/** A JSON Schema, as far as examples are made from it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** Words, one of which most patterns take. */
const WORDS = [
  'example',
  'a.test',
  'a',
  '1',
  '/a',
  'a/b',
  '1.0',
  '0644',
  'a@b.test',
  'https://a.test/',
  '200',
  'A',
  'en_GB',
];

/** No value can be found that a schema surely takes. */
export class NoExampleError extends Error {
  override readonly name = 'NoExampleError';
}

/** The smallest value that a schema takes: its default, its first example, or what its type allows. @throws NoExampleError */
export function exampleOf(schema: Schema, pointer = ''): unknown {
  const { examples = [], enum: values = [], anyOf, oneOf, items, minItems = 0, minimum = 0 } = schema;
  if (schema.default !== undefined) return schema.default;
  if (examples.length > 0) return examples[0];
  if (schema.const !== undefined) return schema.const;
  if (values.length > 0) return values[0];
  const [variant] = anyOf ?? oneOf ?? [];
  if (variant) return exampleOf(variant, pointer);
  switch (typeof schema.type === 'string' ? schema.type : schema.type?.[0]) {
    case 'object':
      return exampleObject(schema, pointer);
    case 'array':
      return Array.from({ length: minItems }, () => exampleOf(items ?? {}, `${pointer}/0`));
    case 'string':
      return exampleText(schema, pointer);
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return minimum;
    default:
      throw new NoExampleError(`${pointer || 'The spec'} has neither a default nor an example.`);
  }
}

function exampleObject({ properties = {}, required = [] }: Schema, pointer: string): Record<string, unknown> {
  const names = required.filter((name) => properties[name]?.default === undefined);
  return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {}, `${pointer}/${name}`)]));
}

function exampleText({ pattern, minLength = 0, maxLength = 1000 }: Schema, pointer: string): string {
  const candidates = pattern === undefined ? ['example', 'a'.repeat(Math.min(minLength, maxLength))] : WORDS;
  const found = candidates.find(
    (text) =>
      text.length >= minLength &&
      text.length <= maxLength &&
      (pattern === undefined || new RegExp(pattern, 'u').test(text)),
  );
  if (found === undefined) throw new NoExampleError(`${pointer} has neither a default nor an example.`);
  return found;
}
