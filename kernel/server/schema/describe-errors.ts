import type { ErrorObject } from 'ajv';
import type { SpecProblem } from '../plugin-host/plugin-host.ts';
import { describeError } from './error-messages.ts';
import { toPointer } from './json-copy.ts';
import { shortValue } from './short-value.ts';

/** Turns what ajv found (with `verbose` and `allErrors`) into problems that a person can act on, at most so many. */
export function describeErrors(errors: readonly ErrorObject[], most: number): SpecProblem[] {
  const problems = withoutEchoes(resolveAlternatives(errors)).slice(0, most).map(toProblem);
  const seen = new Set<string>();
  return problems.filter(({ pointer, message }) => {
    const key = `${pointer} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** A value that is not the one allowed value needs no second sentence that its type is another. */
function withoutEchoes(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const named = new Set(errors.filter(({ keyword }) => keyword === 'const').map(({ instancePath }) => instancePath));
  return errors.filter(({ keyword, instancePath }) => keyword !== 'type' || !named.has(instancePath));
}

function toProblem(error: ErrorObject): SpecProblem {
  const { message, remedy } = describeError(error);
  const missing = error.keyword === 'required';
  const subject = fieldOf(error);
  return {
    pointer: error.instancePath + (subject === undefined ? '' : toPointer([subject])),
    rule: error.keyword === 'alternatives' ? 'anyOf' : error.keyword,
    message,
    ...(remedy === undefined ? {} : { remedy }),
    ...(missing ? {} : { value: shortValue(memberOf(error, subject)) }),
  };
}

/** The member that an error about an object is really about. */
function fieldOf({ params }: ErrorObject): string | undefined {
  const { missingProperty, additionalProperty, propertyName } = params as Record<string, string | undefined>;
  return missingProperty ?? additionalProperty ?? propertyName;
}

function memberOf({ data }: ErrorObject, field: string | undefined): unknown {
  return field === undefined ? data : (data as Record<string, unknown> | undefined)?.[field];
}

/**
 * Of an `anyOf` or `oneOf` ajv tells what is wrong with every alternative. Only those of the one that was meant help, if
 * it can be told which that was; otherwise only the sentence that none fits does.
 */
function resolveAlternatives(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const union = errors.find(
    ({ keyword, params }) => isUnion(keyword) && !('passingSchemas' in params && params.passingSchemas),
  );
  if (!union) return errors;
  const inside = (error: ErrorObject) => error.schemaPath.startsWith(`${union.schemaPath}/`) && isBelow(error, union);
  const meant = meantAlternative(union, errors.filter(inside));
  const rest = errors.filter((error) => error !== union && !inside(error));
  return resolveAlternatives([...rest, ...(meant ?? [{ ...union, keyword: 'alternatives' }])]);
}

/** The errors of the only alternative whose type, and whose constant members, are those of the value. */
function meantAlternative(union: ErrorObject, errors: readonly ErrorObject[]): readonly ErrorObject[] | undefined {
  const alternatives = Map.groupBy(
    errors,
    ({ schemaPath }) => schemaPath.slice(union.schemaPath.length + 1).split('/')[0],
  );
  const candidates = [...alternatives.values()].filter((found) => !found.some((error) => isOtherKind(error, union)));
  return candidates.length === 1 ? candidates[0] : undefined;
}

function isOtherKind({ keyword, instancePath }: ErrorObject, union: ErrorObject): boolean {
  const depth = instancePath.slice(union.instancePath.length).split('/').length - 1;
  if (keyword === 'type') return depth === 0;
  return (keyword === 'const' || keyword === 'enum') && depth <= 1;
}

function isUnion(keyword: string): boolean {
  return keyword === 'anyOf' || keyword === 'oneOf';
}

function isBelow(error: ErrorObject, union: ErrorObject): boolean {
  return error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`);
}
