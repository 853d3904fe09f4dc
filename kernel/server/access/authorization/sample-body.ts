/** The part of JSON Schema that the bodies of routes are made of. */
export interface BodySchema {
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, BodySchema>>;
  readonly items?: BodySchema;
  readonly anyOf?: readonly BodySchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
}

/** What fits where a schema alone does not say it. */
const known: Readonly<Record<string, unknown>> = {
  email: 'somebody@example.test',
  to: 'somebody@example.test',
  url: 'https://example.test/hook',
  expiresAt: '2126-01-01T00:00:00Z',
  type: 'note',
  spec: {},
  role: 'technical_user',
  permissions: ['app.read'],
  addresses: ['127.0.0.1'],
  actions: null,
  color: '#aabbcc',
  link: 'a'.repeat(64),
};

/** A body with only what it must have, or with one more field. */
export function sampleBody(schema: BodySchema, more: readonly string[] = []): Record<string, unknown> {
  const { properties = {}, required = [] } = schema;
  const names = [...new Set([...required, ...more])];
  return Object.fromEntries(names.map((name) => [name, sampleValue(name, properties[name] ?? {})]));
}

function sampleValue(name: string, schema: BodySchema): unknown {
  if (Object.hasOwn(known, name)) return known[name];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return sampleValue(name, schema.anyOf[0] ?? {});
  if (schema.type === 'array') return [];
  if (schema.type === 'object') return sampleBody(schema);
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return true;
  return 'x'.repeat(Math.max(schema.minLength ?? 1, 1));
}

/** A place in a body that names something, and how to put an id there. */
export interface NamedPlace {
  readonly field: string;
  /** What the id is of. */
  readonly kind: string;
  readonly put: (body: Record<string, unknown>, id: string) => Record<string, unknown>;
}

/** Every field whose name says that there is an id, or a list of ids, in it. */
export function findNamedPlaces({ properties = {} }: BodySchema, kinds: readonly string[]): NamedPlace[] {
  return Object.entries(properties).flatMap(([field, schema]) => {
    if (kinds.includes(field)) return [{ field, kind: field, put: (body, id) => ({ ...body, [field]: id }) }];
    const list = [schema, ...(schema.anyOf ?? [])].find(({ type }) => type === 'array');
    const kind = field.replace(/s$/, '');
    if (!list || !kinds.includes(kind)) return [];
    const wrap = (id: string) => (list.items?.type === 'object' ? sampleItem(list.items, kind, id) : id);
    return [{ field, kind, put: (body, id) => ({ ...body, [field]: [wrap(id)] }) }];
  });
}

function sampleItem(schema: BodySchema, kind: string, id: string): object {
  return { ...sampleBody(schema), [kind]: id };
}
