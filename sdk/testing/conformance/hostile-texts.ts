import type { TestApp } from '../test-app.ts';
import { TestKernelError } from '../test-kernel-error.ts';
import { type Bench, expectSame } from './cases.ts';
import { HOSTILE_VALUES } from './hostile-values.ts';
import type { ConformanceOptions } from './options.ts';
import { findTextFields, type TextField } from './text-fields.ts';

/**
 * Every hostile text in every field is refused with a pointer to the field, or the app is made with it; and nothing is left
 * behind. A request tells all problems at once, so a text is tried in many fields together.
 */
export async function withstandsTexts(bench: Bench, { inspect }: ConformanceOptions): Promise<void> {
  const { kernel, type, create } = bench;
  const before = kernel.node.snapshot();
  const app = await create();
  for (const fields of inRounds(findTextFields(type.spec)))
    for (const text of HOSTILE_VALUES) {
      const accepted = await tryText(app, fields, text);
      if (accepted.length === 0) continue;
      await inspect?.({ kernel, app, text, pointers: accepted.map(({ pointer }) => pointer) });
      const merged = accepted.filter(({ place }) => isObject(place(text)));
      if (merged.length > 0) await app.change(Object.fromEntries(merged.map(({ field }) => [field, null])));
    }
  await app.remove();
  await app.purge();
  expectSame(before, kernel.node.snapshot(), 'Hostile texts leave something behind');
}

/** Of these a change replaces nothing: their fields would add up. */
function isObject(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}

/** Lists of places, no two of a list in the same field of the spec. */
function inRounds(places: readonly TextField[]): TextField[][] {
  const rounds: TextField[][] = [];
  for (const place of places) {
    const round = rounds.find((others) => others.every(({ field }) => field !== place.field));
    if (round) round.push(place);
    else rounds.push([place]);
  }
  return rounds;
}

/** Puts a text into all the fields that take it. Gives those. */
async function tryText(app: TestApp, fields: readonly TextField[], text: string): Promise<readonly TextField[]> {
  if (fields.length === 0) return [];
  try {
    await app.change(Object.fromEntries(fields.map(({ field, place }) => [field, place(text)])));
    return fields;
  } catch (error) {
    const left = withoutRefused(fields, error);
    if (left.length < fields.length) return tryText(app, left, text);
    const where = fields.map(({ pointer }) => pointer).join(', ');
    throw new Error(
      `${JSON.stringify(text.slice(0, 40))} in ${where} is neither refused nor made: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

function withoutRefused(fields: readonly TextField[], error: unknown): readonly TextField[] {
  if (!(error instanceof TestKernelError)) return fields;
  const refused = new Set(error.problems.map(({ pointer }) => pointer.split('/')[1]));
  return fields.filter(({ field }) => !refused.has(field));
}
