import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { JsonSchema, Spec } from '../api-types.ts';
import { usageProblem } from '../problem.ts';
import { type Assignment, parseAssignment, parsePlace } from './assignment.ts';
import { parseJson, readValue } from './read-value.ts';
import { findPlace } from './schema-path.ts';

/** What a person said about a spec on the command line. */
export interface SpecOptions {
  /** A JSON file, or `-` for standard input. */
  readonly spec?: string;
  readonly set?: readonly string[];
  readonly unset?: readonly string[];
}

export interface SpecSource {
  readonly schema: JsonSchema | undefined;
  /** The spec as it is, to which `key[]=value` adds. */
  readonly current: Spec;
}

/** Whether anything was said at all. */
export function saysSomething({ spec, set, unset }: SpecOptions): boolean {
  return spec !== undefined || (set?.length ?? 0) > 0 || (unset?.length ?? 0) > 0;
}

/**
 * The spec, or the change of one (RFC 7396: null removes), that the options describe: the file first, then each `--set`
 * and `--unset` in order.
 */
export async function buildSpec(options: SpecOptions, source: SpecSource): Promise<Spec> {
  const spec = options.spec === undefined ? {} : await loadSpecFile(options.spec);
  for (const argument of options.set ?? []) assign(spec, parseAssignment(argument), source);
  for (const argument of options.unset ?? []) {
    const segments = parsePlace(argument);
    if (segments.length === 0) throw usageProblem(`--unset ${JSON.stringify(argument)} is not understood.`);
    put(spec, findPlace(source.schema, segments).path, null);
  }
  return spec;
}

async function loadSpecFile(name: string): Promise<Record<string, unknown>> {
  const shown = name === '-' ? 'Standard input' : name;
  const content = await (name === '-' ? text(process.stdin) : readFile(name, 'utf8')).catch((cause) => {
    throw usageProblem(`${name} cannot be read: ${cause.message}.`);
  });
  const value = parseJson(content);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usageProblem(`${shown} holds no JSON object.`, 'A spec is written as {"key": "value"}.');
  return value as Record<string, unknown>;
}

function assign(spec: Record<string, unknown>, assignment: Assignment, { schema, current }: SpecSource): void {
  const { path, schema: found } = findPlace(schema, assignment.segments);
  const name = assignment.segments.join('.');
  const value = assignment.json
    ? parseGivenJson(assignment.text, name)
    : readValue(assignment.text, assignment.append ? found?.items : found, name);
  const list = assignment.append ? (at(spec, path) ?? at(current, path) ?? []) : undefined;
  if (list !== undefined && !Array.isArray(list))
    throw usageProblem(`${name} is not a list, so ${name}[] adds nothing to it.`);
  put(spec, path, list ? [...list, value] : value);
}

function parseGivenJson(text: string, name: string): unknown {
  const value = parseJson(text);
  if (value === undefined) throw usageProblem(`What follows ${name}:= is not JSON: ${text}`);
  return value;
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, key) ? (found as Spec)[key] : undefined,
    value,
  );
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) define(target, key, value);
  else {
    const below = Object.hasOwn(target, key) ? target[key] : undefined;
    const object = typeof below === 'object' && below !== null ? below : {};
    define(target, key, object);
    put(object as Record<string, unknown>, rest, value);
  }
}

/** Plain assignment to `__proto__` would not make a field of that name, and the server shall see and refuse it. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
