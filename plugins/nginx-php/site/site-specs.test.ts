import { expect, test } from 'vitest';
import { Config } from '../config.ts';
import { HttpRouteSpec } from '../contract/http-route.ts';
import { PhpPoolSpec } from '../contract/php-pool.ts';
import { phpSite } from '../php-site.app-type.ts';
import { staticSite } from '../static-site.app-type.ts';

interface Schema {
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown[];
  type?: string;
  additionalProperties?: unknown;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
}

function fieldsOf(schema: Schema, path = ''): [path: string, field: Schema][] {
  const own = Object.entries(schema.properties ?? {}).map(([name, field]) => [`${path}/${name}`, field] as const);
  return [
    ...own.flatMap(([name, field]): [string, Schema][] => [[name, field], ...fieldsOf(field, name)]),
    ...(schema.items ? fieldsOf(schema.items, `${path}/*`) : []),
  ];
}

const SCHEMAS = {
  'php-site': phpSite.spec,
  'static-site': staticSite.spec,
  'http.route': HttpRouteSpec,
  'php.pool': PhpPoolSpec,
  config: Config,
};

test.each(Object.entries(SCHEMAS))(
  'every field of %s has a label, and all but the plainest have help',
  (_name, schema) => {
    const fields = fieldsOf(schema as Schema);
    expect(fields.filter(([, { title }]) => !title).map(([path]) => path)).toEqual([]);
    const withoutHelp = fields.filter(
      ([, { description, properties, items, enum: values }]) => !description && !properties && !items && !values,
    );
    const plain = ['status', 'name', 'value', 'path', 'maxAge', 'includeSubdomains', 'preload', 'key', 'folder'];
    expect(withoutHelp.map(([path]) => path.split('/').pop()).filter((name) => !plain.includes(name ?? ''))).toEqual(
      [],
    );
  },
);

test.each(Object.entries(SCHEMAS))('%s takes nothing without an end and nothing it does not know', (_name, schema) => {
  for (const [path, field] of [['', schema as Schema] as const, ...fieldsOf(schema as Schema)]) {
    if (field.type === 'object') expect(field.additionalProperties, path).toBe(false);
    if (field.type === 'array') expect(field.maxItems, path).toBeGreaterThan(0);
    if (field.type === 'string') expect(field.maxLength && field.pattern, path).toBeTruthy();
  }
});
