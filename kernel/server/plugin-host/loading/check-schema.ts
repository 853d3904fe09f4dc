import type { TSchema } from '@freehold/sdk';
import { type CompiledSchema, compileSchema, SchemaError } from '../../schema/compile-schema.ts';
import { toPointer } from '../../schema/json-copy.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';

/**
 * Compiles a schema that a plugin gave. Objects in it must refuse members that they do not know: what a tenant
 * mistypes must not be lost silently.
 *
 * @param name what the schema is of, in words: `the spec of app type php-site`
 */
export function checkSchema(schema: unknown, name: string, problems: PluginProblem[]): CompiledSchema | undefined {
  if (typeof schema !== 'object' || schema === null) {
    problems.push(pluginProblem('schema-invalid', `There is no schema for ${name}.`));
    return undefined;
  }
  for (const pointer of findOpenObjects(schema, []))
    problems.push(
      pluginProblem('schema-open', `The schema of ${name} allows unknown fields at ${pointer || 'its root'}.`),
    );
  try {
    return compileSchema(schema as TSchema);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    problems.push(pluginProblem('schema-invalid', `The schema of ${name} cannot be used: ${error.message}`));
    return undefined;
  }
}

/** Keywords that hold schemas, by what they hold. */
const ONE = [
  'items',
  'additionalProperties',
  'additionalItems',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'propertyNames',
];
const MANY = ['anyOf', 'oneOf', 'allOf', 'items'];
const NAMED = ['properties', 'patternProperties', '$defs', 'definitions'];

/** Pointers to all subschemas that describe an object and allow members that they do not name. */
function findOpenObjects(schema: unknown, path: readonly string[]): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const members = schema as Record<string, unknown>;
  const inner = [
    ...ONE.map((keyword): [unknown, string[]] => [members[keyword], [keyword]]),
    ...MANY.flatMap((keyword) => entriesOf(members[keyword], keyword, Array.isArray(members[keyword]))),
    ...NAMED.flatMap((keyword) => entriesOf(members[keyword], keyword, true)),
  ];
  return [
    ...(isOpenObject(members) ? [toPointer(path)] : []),
    ...inner.flatMap(([subschema, way]) =>
      Array.isArray(subschema) ? [] : findOpenObjects(subschema, [...path, ...way]),
    ),
  ];
}

function entriesOf(value: unknown, keyword: string, wanted: boolean): [unknown, string[]][] {
  if (!wanted || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, subschema]) => [subschema, [keyword, name]]);
}

/** A record of values whose names all match one pattern that matches everything is closed too: every value is described. */
function isOpenObject(schema: Record<string, unknown>): boolean {
  if (schema.type !== 'object' && !('properties' in schema) && !('patternProperties' in schema)) return false;
  const { additionalProperties = true, patternProperties = {} } = schema;
  return (
    additionalProperties === true &&
    !Object.keys(patternProperties as object).some((pattern) => EVERYTHING.includes(pattern))
  );
}

const EVERYTHING = ['^.*$', '^(.*)$', '.*', ''];
