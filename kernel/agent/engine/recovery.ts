import { handlerOf } from '../primitives/index.ts';
import type { JournalEntry } from '../store/journal.ts';
import { type Assignment, assign, contextOf } from './assignment.ts';
import { takeAway } from './collect.ts';
import { undoInverse } from './step.ts';
import type { Workshop } from './workshop.ts';

/**
 * Brings to an end what an earlier agent began: what was committed is completed, anything else is taken back, the latest first.
 * Gives the paths that were put back, for the services that read them.
 */
export async function recover(entries: readonly JournalEntry[], workshop: Workshop): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of entries) {
    workshop.log.warn({ owner: entry.owner, committed: entry.committed }, 'an apply was cut off');
    const assignment = assignmentOf(entry, workshop);
    if (entry.committed) await complete(entry, assignment);
    else paths.push(...(await takeBack(entry, assignment)));
    await workshop.crash('recovered');
  }
  return paths;
}

async function complete({ id, steps }: JournalEntry, assignment: Assignment): Promise<void> {
  const { store, log } = assignment.workshop;
  const context = contextOf(assignment);
  for (const { type, inverse } of steps) if (inverse !== null) await handlerOf(type).settle?.(inverse, context);
  try {
    await takeAway(assignment);
  } catch (cause) {
    // It stays in the inventory, and the server asks again: it had no report.
    log.warn({ owner: assignment.wanted.owner, cause: String(cause) }, 'something could not be removed');
  }
  store.journal.close(id);
}

async function takeBack({ id, owner, steps }: JournalEntry, assignment: Assignment): Promise<string[]> {
  const { store, log, crash } = assignment.workshop;
  const context = contextOf(assignment);
  let complete = true;
  for (const { key, type, inverse } of steps.toReversed()) {
    try {
      await undoInverse(type, inverse, context);
    } catch (cause) {
      complete = false;
      log.error({ owner, resource: key, cause: String(cause) }, 'a step could not be undone');
    }
    await crash(`recover.${key}`);
  }
  if (complete) store.journal.close(id);
  return steps.flatMap(({ inverse }) => pathIn(inverse));
}

function pathIn(inverse: unknown): string[] {
  const isPlace = inverse !== null && typeof inverse === 'object' && 'path' in inverse;
  return isPlace && typeof inverse.path === 'string' ? [inverse.path] : [];
}

function assignmentOf({ owner }: JournalEntry, workshop: Workshop): Assignment {
  const known = workshop.store.owners.find(owner);
  const nothing = { owner, title: owner, revision: 0, generation: 0, secrets: {} };
  const { signal } = new AbortController();
  return assign({ ...nothing, ...known, resources: [] }, workshop, { signal, progress: () => undefined });
}
