import { KERNEL_ANNOTATION, type TSchema } from '@freehold/sdk';
import { Ajv, type ValidateFunction } from 'ajv';
import type { SpecProblem } from '../plugin-host/plugin-host.ts';
import { describeErrors } from './describe-errors.ts';
import { copyJson, NotJsonError } from './json-copy.ts';
import { LinearPattern } from './linear-pattern/linear-pattern.ts';
import { uniqueItems } from './unique-items.ts';

/** A schema that cannot be used: not strict, not understood, or with a pattern that cannot be searched safely. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

export interface CompiledSchema {
  readonly schema: TSchema;
  /**
   * Copies the value, fills in defaults and gives every problem, at most {@link MOST_PROBLEMS}. The value is what was
   * given when it is no JSON. Takes a time proportional to the size of the value, whatever it holds.
   */
  validate(value: unknown): { readonly value: unknown; readonly problems: readonly SpecProblem[] };
}

/** More are of no use to anybody, and a hostile value could have a hundred thousand. */
export const MOST_PROBLEMS = 100;

/**
 * Compiles a JSON Schema (draft 7, as TypeBox writes it): unknown keywords and misplaced defaults are refused, so are
 * formats, because their expressions may backtrack.
 *
 * @throws SchemaError
 */
export function compileSchema(schema: TSchema): CompiledSchema {
  const check = compile(schema);
  return {
    schema,
    validate(given) {
      try {
        const value = copyJson(given);
        return check(value) ? { value, problems: [] } : { value, problems: problemsOf(check) };
      } catch (error) {
        if (!(error instanceof NotJsonError)) throw error;
        return { value: given, problems: [notJson(error)] };
      }
    },
  };
}

function compile(schema: TSchema): ValidateFunction {
  try {
    const plain = copyJson(schema) as object;
    if (!draft7.validateSchema(plain)) throw new SchemaError(draft7.errorsText(draft7.errors, { dataVar: 'schema' }));
    return compilerFor(plain).compile(plain);
  } catch (cause) {
    throw new SchemaError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Knows what a schema looks like. Kept apart because it takes 15 ms to make, against 0.5 ms for one that compiles a schema. */
const draft7 = new Ajv({ strict: false, validateFormats: false });

/** Two plugins may give the same `$id` to different schemas, so a schema that has one gets a compiler of its own. */
function compilerFor(schema: object): Ajv {
  if (JSON.stringify(schema).includes('"$id"')) return makeCompiler();
  shared ??= makeCompiler();
  return shared;
}

let shared: Ajv | undefined;

function makeCompiler(): Ajv {
  const made = new Ajv({
    strict: true,
    strictTypes: false,
    allErrors: true,
    useDefaults: true,
    verbose: true,
    ownProperties: true,
    validateSchema: false,
    meta: false,
    code: { regExp: Object.assign((pattern: string) => new LinearPattern(pattern), { code: 'LinearPattern' }) },
  });
  made.removeKeyword('uniqueItems');
  made.addKeyword(uniqueItems);
  made.addKeyword({ keyword: KERNEL_ANNOTATION, metaSchema: ANNOTATION, valid: true });
  return made;
}

/** What `x-freehold` may say. */
const ANNOTATION = {
  type: 'object',
  properties: { claims: { const: 'domain' }, form: { type: 'string', minLength: 1, maxLength: 500 } },
  additionalProperties: false,
};

function problemsOf(check: ValidateFunction): SpecProblem[] {
  return describeErrors((check.errors ?? []).slice(0, 10 * MOST_PROBLEMS), MOST_PROBLEMS);
}

function notJson({ pointer, message }: NotJsonError): SpecProblem {
  return { pointer, rule: 'json', message: `${message}.`, remedy: 'Send less of it, as plain JSON.' };
}
