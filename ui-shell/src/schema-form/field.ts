import type { JsonSchema } from '../../../kernel/cli/api-types.ts';

/** As much of a JSON Schema as a form needs to know of one value. */
export interface Field {
  readonly kind: FieldKind;
  /** Name of the member; empty for items of a list. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly required: boolean;
  readonly default?: unknown;
  /** What a value looks like. */
  readonly example?: string;
  /** Of a choice. */
  readonly options: readonly unknown[];
  /** Of a number. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly whole: boolean;
  /** Of a group. */
  readonly fields: readonly Field[];
  /** Of a list of texts or numbers, of a table's rows, of a map's values. */
  readonly item?: Field;
  readonly longest?: number;
}

/**
 * text, number, switch, choice: one value. list: several texts or numbers. group: an object with known members. table: several
 * groups. map: members of any name. json: what no other kind can show.
 */
export type FieldKind = 'text' | 'number' | 'switch' | 'choice' | 'list' | 'group' | 'table' | 'map' | 'json';

interface FormSchema extends JsonSchema {
  readonly properties?: Readonly<Record<string, FormSchema>>;
  readonly patternProperties?: Readonly<Record<string, FormSchema>>;
  readonly items?: FormSchema;
  readonly anyOf?: readonly FormSchema[];
  readonly required?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/** The members of an object schema, in its order. */
export function listFields(schema: JsonSchema): readonly Field[] {
  const { properties = {}, required = [] } = schema as FormSchema;
  return Object.entries(properties).map(([name, member]) => describeField(name, member, required.includes(name)));
}

export function describeField(name: string, schema: FormSchema, required: boolean): Field {
  const options = findOptions(schema);
  const kind = kindOf(schema, options);
  const { minimum, maximum, maxLength: longest, examples = [] } = schema;
  const inside = kind === 'map' ? Object.values(schema.patternProperties ?? {})[0] : schema.items;
  const item = inside && ['list', 'table', 'map'].includes(kind) ? describeField('', inside, true) : undefined;
  return {
    ...{ kind, name, required, options },
    title: schema.title ?? words(name),
    description: schema.description ?? '',
    ...(schema.default !== undefined && { default: schema.default }),
    ...(examples[0] !== undefined && kind !== 'table' && { example: [examples[0]].flat().map(String).join(', ') }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(longest !== undefined && { longest }),
    whole: schema.type === 'integer',
    fields: kind === 'group' ? listFields(schema) : [],
    ...(item && { item }),
  };
}

/** Of an enum, or of alternatives that are all constants. */
function findOptions({ enum: options, anyOf, const: constant }: FormSchema): readonly unknown[] {
  if (options) return options;
  if (constant !== undefined) return [constant];
  return anyOf?.every((one) => one.const !== undefined) ? anyOf.map((one) => one.const) : [];
}

function kindOf(schema: FormSchema, options: readonly unknown[]): FieldKind {
  if (options.length > 0) return 'choice';
  if (schema.type === 'string') return 'text';
  if (schema.type === 'number' || schema.type === 'integer') return 'number';
  if (schema.type === 'boolean') return 'switch';
  if (schema.type === 'array') return kindOfList(schema.items);
  if (schema.type !== 'object') return 'json';
  if (schema.properties) return 'group';
  const values = Object.values(schema.patternProperties ?? {});
  return values.length === 1 && values[0]?.type === 'string' ? 'map' : 'json';
}

function kindOfList(items: FormSchema | undefined): FieldKind {
  const kind = items && kindOf(items, findOptions(items));
  if (kind === 'text' || kind === 'number' || kind === 'choice') return 'list';
  return kind === 'group' ? 'table' : 'json';
}

/** `documentRoot` → `Document root`. */
function words(name: string): string {
  const text = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_.-]+/g, ' ')
    .toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
