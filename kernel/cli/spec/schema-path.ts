import type { JsonSchema } from '../api-types.ts';

export interface Place {
  readonly path: readonly string[];
  /** Schema of the value there; undefined where the schema does not say. */
  readonly schema: JsonSchema | undefined;
}

/**
 * Follows dotted segments through a schema. Names may contain dots themselves (`phpSettings.opcache.enable`): the longest
 * property name that fits is taken, and in a map of plain values all that is left is one key.
 */
export function findPlace(schema: JsonSchema | undefined, segments: readonly string[]): Place {
  if (segments.length === 0) return { path: [], schema };
  const { key, used, below } = takeKey(schema, segments);
  const rest = findPlace(below, segments.slice(used));
  return { path: [key, ...rest.path], schema: rest.schema };
}

function takeKey(schema: JsonSchema | undefined, segments: readonly string[]) {
  const [first = ''] = segments;
  if (schema?.items) return { key: first, used: 1, below: schema.items };
  for (let used = segments.length; used > 0; used--) {
    const key = segments.slice(0, used).join('.');
    const below = schema?.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (below) return { key, used, below };
  }
  const values = mapValues(schema);
  if (values && !values.properties && !values.items && !mapValues(values))
    return { key: segments.join('.'), used: segments.length, below: values };
  return { key: first, used: 1, below: values };
}

/** Schema of the values of a map, an object whose keys are free. */
function mapValues(schema: JsonSchema | undefined): JsonSchema | undefined {
  if (typeof schema?.additionalProperties === 'object') return schema.additionalProperties;
  return Object.values(schema?.patternProperties ?? {})[0];
}
