import type { SpecProblem } from '../plugin-host/plugin-host.ts';
import { shortValue } from '../schema/short-value.ts';
import { catalogue, type ErrorCode, type ErrorKind } from './catalogue.ts';

/** Names of the fields in the templates of an error. */
type FieldIn<Template> = Template extends `${string}{${infer Name}}${infer Rest}` ? Name | FieldIn<Rest> : never;
type FieldsOf<Code extends ErrorCode> = FieldIn<(typeof catalogue)[Code]['detail']>;

/** One field that is wrong. A plugin's own check has no rule. */
export type FieldProblem = Omit<SpecProblem, 'rule'> & { readonly rule?: string };

export interface ProblemOptions {
  readonly errors?: readonly FieldProblem[];
  /** Fields of the remedy that the detail does not have. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error that the caller is told of. What it is comes from the catalogue. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly remedy: string;
  readonly errors: readonly FieldProblem[];

  constructor(code: ErrorCode, fields: Readonly<Record<string, unknown>>, options: ProblemOptions) {
    const { errors = [], cause } = options;
    super(fill(catalogue[code].detail, fields), { cause });
    this.code = code;
    this.kind = catalogue[code];
    this.remedy = fill(this.kind.remedy, { ...fields, ...options.fields });
    this.errors = errors;
  }
}

/** Makes the error with a code. The fields are those of its detail; values are cut and stripped of control characters. */
export function problem<Code extends ErrorCode>(
  code: Code,
  fields: Readonly<Record<FieldsOf<Code>, unknown>>,
  options: ProblemOptions = {},
): ProblemError {
  return new ProblemError(code, fields, options);
}

/** The error for fields that cannot be accepted. */
export function invalid(errors: readonly FieldProblem[]): ProblemError {
  return problem('invalid-request', { count: errors.length }, { errors });
}

/** A remedy may name a place in an address, `{app}`, that the error knows nothing of: it stays as it is. */
function fill(template: string, fields: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{([a-zA-Z0-9]+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(fields, name) ? String(shortValue(fields[name])) : placeholder,
  );
}
