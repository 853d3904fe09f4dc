import type { FieldProblem } from '../errors/problem.ts';
import { toPointer } from '../schema/json-copy.ts';
import { ComputeError } from './compute-error.ts';

/** How {@link output} of the SDK writes it. */
const PLACEHOLDER = /freehold-output\(([a-z0-9.]{1,128}):([^()]{0,1100}):([A-Za-z0-9_-]{1,64})\)/g;
/** Harmless in every configuration syntax: what an output is put into has been rendered already. */
const HARMLESS = /^[A-Za-z0-9._:/@+-]{0,1024}$/;

/** Gives the outputs of a contributed resource by its key. */
export type OutputsOf = (resource: string) => Promise<Readonly<Record<string, string>>>;

/** The value with every output in the place of its placeholder, in all its texts. */
export async function resolveOutputs<T>(value: T, outputsOf: OutputsOf): Promise<T> {
  const resources = new Set(findPlaceholders(value).map(({ resource }) => resource));
  if (resources.size === 0) return value;
  const outputs = new Map<string, Readonly<Record<string, string>>>();
  for (const resource of resources) outputs.set(resource, await outputsOf(resource));
  return mapTexts(value, (text) =>
    text.replace(PLACEHOLDER, (_, type: string, id: string, name: string) => {
      const resource = `${type}:${id}`;
      return harmless(outputs.get(resource) ?? {}, resource, name);
    }),
  ) as T;
}

export function findPlaceholders(value: unknown): { resource: string; name: string }[] {
  const found: { resource: string; name: string }[] = [];
  mapTexts(value, (text) => {
    for (const [, type, id, name] of text.matchAll(PLACEHOLDER))
      found.push({ resource: `${type}:${id}`, name: `${name}` });
    return text;
  });
  return found;
}

/** Texts of a spec that would be taken for an output: only plugins name outputs. */
export function placeholderProblems(spec: unknown, path: readonly string[] = []): FieldProblem[] {
  if (typeof spec === 'string') return findPlaceholders(spec).length > 0 ? [placeholderProblem(spec, path)] : [];
  if (typeof spec !== 'object' || spec === null) return [];
  return Object.entries(spec).flatMap(([name, member]) => [
    ...placeholderProblems(name, [...path, name]),
    ...placeholderProblems(member, [...path, name]),
  ]);
}

function placeholderProblem(value: string, path: readonly string[]): FieldProblem {
  const message = 'This text stands for something else in Freehold itself.';
  return { pointer: toPointer(path), rule: 'placeholder', message, remedy: 'Write it differently.', value };
}

function harmless(outputs: Readonly<Record<string, string>>, resource: string, name: string): string {
  if (!Object.hasOwn(outputs, name)) throw new ComputeError('OutputUnknown', `${resource} has no output ${name}.`);
  const value: unknown = outputs[name];
  if (typeof value !== 'string' || !HARMLESS.test(value))
    throw new ComputeError(
      'OutputInvalid',
      `The output ${name} of ${resource} has characters that outputs may not have.`,
    );
  return value;
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTexts(member, map)]));
}
