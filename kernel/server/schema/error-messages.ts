import { KERNEL_ANNOTATION } from '@freehold/sdk';
import type { ErrorObject } from 'ajv';
import { quoteValue } from './short-value.ts';

/** What is wrong and what to do, for people. Full sentences that name the value. */
export interface Description {
  readonly message: string;
  readonly remedy?: string;
}

/** Describes one error of ajv's `verbose` kind. `alternatives` is our own keyword: see describe-errors.ts. */
export function describeError(error: ErrorObject): Description {
  const describe = descriptions[error.keyword] ?? other;
  return describe({
    value: quoteValue(error.data),
    limit: String((error.params as { limit?: number }).limit),
    params: error.params as Record<string, unknown>,
    schema: (error.parentSchema ?? {}) as Described,
    error,
  });
}

interface Subject {
  readonly value: string;
  readonly limit: string;
  readonly params: Record<string, unknown>;
  readonly schema: Described;
  readonly error: ErrorObject;
}

/** The parts of a schema that help to explain it. */
interface Described {
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly [KERNEL_ANNOTATION]?: { readonly form?: string };
  readonly properties?: Readonly<Record<string, Described>>;
  readonly anyOf?: readonly { const?: unknown; title?: string; type?: string }[];
  readonly oneOf?: readonly { const?: unknown; title?: string; type?: string }[];
}

const descriptions: Record<string, (subject: Subject) => Description> = {
  required: ({ params, schema }) => ({
    message: `Field "${params.missingProperty}" is missing.`,
    remedy: schema.properties?.[String(params.missingProperty)]?.description ?? 'Give it a value.',
  }),
  additionalProperties: ({ params, schema }) => ({
    message: `There is no field ${quoteValue(params.additionalProperty)} here.`,
    remedy: knownFields(String(params.additionalProperty), Object.keys(schema.properties ?? {})),
  }),
  type: ({ value, params, schema }) => ({
    message: `${value} is not of the right type.`,
    remedy: `Give ${[params.type].flat().map(typeInWords).join(' or ')}.${explanation(schema)}`,
  }),
  const: ({ value, params }) => ({
    message: `${value} is not allowed.`,
    remedy: `Give ${quoteValue(params.allowedValue)}.`,
  }),
  enum: ({ value, params }) => choice(value, params.allowedValues as unknown[]),
  alternatives: ({ value, schema }) => {
    const alternatives = schema.anyOf ?? schema.oneOf ?? [];
    if (alternatives.every((one) => 'const' in one))
      return choice(
        value,
        alternatives.map((one) => one.const),
      );
    return {
      message: `${value} has none of the allowed forms.`,
      remedy: formsInWords(alternatives) + explanation(schema),
    };
  },
  pattern: ({ value, schema }) => ({
    message: `${value} does not have the form of ${schema.title ? `the field "${schema.title}"` : 'this field'}.`,
    remedy: formInWords(schema) || `It must match the regular expression ${schema.pattern}.`,
  }),
  minLength: ({ value, limit }) => ({ message: `${value} is too short: at least ${limit} characters are needed.` }),
  maxLength: ({ value, limit }) => ({ message: `${value} is too long: at most ${limit} characters are allowed.` }),
  minimum: ({ value, limit }) => ({ message: `${value} is too small: at least ${limit} is needed.` }),
  maximum: ({ value, limit }) => ({ message: `${value} is too large: at most ${limit} is allowed.` }),
  exclusiveMinimum: ({ value, limit }) => ({ message: `${value} is too small: more than ${limit} is needed.` }),
  exclusiveMaximum: ({ value, limit }) => ({ message: `${value} is too large: it must be less than ${limit}.` }),
  multipleOf: ({ value, params }) => ({ message: `${value} is not a multiple of ${params.multipleOf}.` }),
  minItems: ({ value, limit }) => ({ message: `${value} has too few entries: at least ${limit} are needed.` }),
  maxItems: ({ value, limit }) => ({ message: `${value} has too many entries: at most ${limit} are allowed.` }),
  uniqueItems: ({ value }) => ({ message: `${value} has an entry twice.`, remedy: 'Give every entry once.' }),
  minProperties: ({ value, limit }) => ({ message: `${value} has too few fields: at least ${limit} are needed.` }),
  maxProperties: ({ value, limit }) => ({ message: `${value} has too many fields: at most ${limit} are allowed.` }),
};

function other({ value, error }: Subject): Description {
  return { message: `${value} is not allowed: it ${error.message ?? `breaks the rule "${error.keyword}"`}.` };
}

function choice(value: string, allowed: readonly unknown[]): Description {
  const shown = allowed.slice(0, 20).map(quoteValue).join(', ');
  return {
    message: `${value} is not one of the allowed values.`,
    remedy: `Choose one of ${shown}${allowed.length > 20 ? ' …' : ''}.`,
  };
}

function knownFields(name: string, known: readonly string[]): string {
  const alike = known.find((one) => one.toLowerCase() === name.toLowerCase() || isOneEditAway(one, name));
  if (alike) return `Did you mean "${alike}"?`;
  return known.length === 0 ? 'Remove it.' : `Remove it. The fields here are ${known.slice(0, 30).join(', ')}.`;
}

/** Whether one letter was added, left out, or replaced. */
function isOneEditAway(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  return short.length === long.length
    ? short.slice(at + 1) === long.slice(at + 1)
    : short.slice(at) === long.slice(at + 1);
}

/** The description may be about something else than the form: what the field is for. */
function formInWords({ [KERNEL_ANNOTATION]: annotation, description, examples }: Described): string {
  return explanation({ description: annotation?.form ?? description, examples }).trim();
}

function explanation({ description, examples }: Described): string {
  const example = examples?.[0] === undefined ? '' : ` For example ${quoteValue(examples[0])}.`;
  return (description ? ` ${description}` : '') + example;
}

function formsInWords(alternatives: readonly { title?: string; type?: string }[]): string {
  const forms = alternatives.map(({ title, type }) => title ?? (type ? typeInWords(type) : undefined));
  return forms.every((form) => form !== undefined) && forms.length > 0
    ? `Give ${forms.join(' or ')}.`
    : 'See the documentation of this field.';
}

function typeInWords(type: unknown): string {
  const words: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    null: 'null',
  };
  return words[String(type)] ?? String(type);
}
