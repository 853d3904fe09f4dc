import type { PrimitiveSpec } from '@freehold/sdk';
import { Ajv, type ValidateFunction } from 'ajv';
import { fingerprint } from '../system/fingerprint.ts';
import { Refusal } from './refusal.ts';

/** What a command printed, as its spec says to read it. */
export function parseOutput(
  text: string,
  { format, schema }: NonNullable<PrimitiveSpec<'command'>['output']>,
  id: string,
): unknown {
  if (format === 'lines') return text.split('\n').filter((line, index, all) => line !== '' || index < all.length - 1);
  const value = parseJson(text, id);
  const validate = schema && validatorOf(schema);
  if (!validate || validate(value)) return value;
  const problems = validate.errors?.map(({ instancePath, message }) => `${instancePath || 'it'} ${message}`) ?? [];
  throw new Refusal(
    'OutputRefused',
    `What command ${id} printed is not what its plugin declared: ${problems.join(', ')}.`,
    {
      output: text,
    },
  );
}

function parseJson(text: string, id: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal('OutputRefused', `What command ${id} printed is no JSON.`, { output: text, cause });
  }
}

const ajv = new Ajv({ strict: false, allErrors: false });
const validators = new Map<string, ValidateFunction>();

/** Compiled once for equal schemas: they come anew with every document. */
function validatorOf(schema: object): ValidateFunction {
  const name = fingerprint(schema);
  const validate = validators.get(name) ?? ajv.compile(schema);
  validators.set(name, validate);
  return validate;
}
