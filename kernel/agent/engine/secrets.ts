import type { Primitive } from '@freehold/sdk';
import { Refusal } from '../primitives/refusal.ts';

/** Values of secrets, by the placeholder that stands for them. */
export type Secrets = Readonly<Record<string, string>>;

/** Puts the values in, where they may be: in the content of secret files and in the environment of programs. */
export function withSecrets(resource: Primitive, secrets: Secrets): Primitive {
  const fill = (text: string) => replaceAll(text, Object.entries(secrets));
  const fillAll = (env: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]));
  switch (resource.type) {
    case 'file': {
      const { spec } = resource;
      return spec.secret ? { ...resource, spec: { ...spec, content: fill(spec.content) } } : resource;
    }
    case 'command':
    case 'service':
    case 'timer': {
      const { spec } = resource;
      return (spec.env ? { ...resource, spec: { ...spec, env: fillAll(spec.env) } } : resource) as Primitive;
    }
    case 'dataset': {
      const { program } = resource.spec;
      if (!program?.env) return resource;
      return { ...resource, spec: { ...resource.spec, program: { ...program, env: fillAll(program.env) } } };
    }
    default:
      return resource;
  }
}

/** @throws Refusal when a placeholder would be left in place, and so be taken for the value. */
export function requireNoPlaceholder(filled: Primitive, secrets: Secrets): void {
  const text = JSON.stringify(filled.spec);
  const left = Object.keys(secrets).find((placeholder) => text.includes(JSON.stringify(placeholder).slice(1, -1)));
  if (left === undefined) return;
  throw new Refusal(
    'SecretMisplaced',
    `${filled.type}:${filled.id} uses a secret where none may be: only in files with \`secret: true\` and in the environment of programs.`,
  );
}

/** Takes the values out of what people will read. */
export function redacted(text: string, secrets: Secrets): string {
  const values = Object.values(secrets).filter((value) => value.length >= SHORTEST);
  return replaceAll(
    text,
    values.map((value) => [value, '•••'] as const),
  );
}

/** A shorter value would take harmless words with it. */
const SHORTEST = 6;

function replaceAll(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((result, [from, to]) => result.replaceAll(from, () => to), text);
}
