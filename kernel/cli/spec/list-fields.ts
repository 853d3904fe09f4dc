import type { JsonSchema } from '../api-types.ts';

/** A field of a spec, for people who want to set it. */
export interface Field {
  /** As `--set` takes it: `phpSettings.memory_limit`; below a list, for reading only, `redirects[].to`. */
  readonly name: string;
  /** What may be given: `list of text`, `off | hour`. */
  readonly value: string;
  /** What counts when nothing is given; empty where the schema does not say. */
  readonly otherwise: string;
  readonly meaning: string;
}

/** All fields of a schema, each group followed by what is in it. */
export function listFields(schema: JsonSchema, above = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const full = above + name;
    const itself = {
      name: full,
      value: typeWords(field),
      otherwise: 'default' in field ? JSON.stringify(field.default) : '',
      meaning: field.description ?? field.title ?? '',
    };
    return [itself, ...listFields(field, `${full}.`), ...listFields(field.items ?? {}, `${full}[].`)];
  });
}

/** In the words of people who write no schemas. */
const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'number',
  boolean: 'true | false',
  object: 'group',
};

function typeWords(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => `${value}`).join(' | ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeWords))].join(' | ');
  if ('const' in schema) return `${schema.const}`;
  if (schema.items) return `list of ${plural(typeWords(schema.items))}`;
  if (schema.patternProperties || typeof schema.additionalProperties === 'object') return 'names and values';
  return [schema.type ?? 'anything']
    .flat()
    .map((type) => WORDS[type] ?? type)
    .join(' | ');
}

function plural(words: string): string {
  return /^(?:text|number|group)$/.test(words) ? `${words}s` : words;
}
