import type { AppliedReport, ApplyWork, RemoveWork } from '@freehold/sdk/protocol';
import { Refusal } from '../primitives/refusal.ts';
import { apply } from './apply.ts';
import { type Assignment, assign, documentOf, type Wanted } from './assignment.ts';
import { allSecrets, outcomeOf, redactedOutcome, reportedSteps } from './outcome.ts';
import { recover } from './recovery.ts';
import { bringServicesBack } from './services-back.ts';
import { reportedMark } from './sweep.ts';
import type { Workshop } from './workshop.ts';

type Options = Pick<Assignment, 'signal' | 'progress'>;

/** Applies a document or removes an owner, from the leftovers of an earlier try to the report. */
export async function perform(
  work: ApplyWork | RemoveWork,
  workshop: Workshop,
  options: Options,
): Promise<{ report: AppliedReport; warnings: readonly string[] }> {
  const { store, system } = workshop;
  const startedAt = new Date(system.clock.now()).toISOString();
  const wanted = work.kind === 'apply' ? documentOf(work.document) : nothingOf(work, workshop);
  const assignment = assign(wanted, workshop, options);
  const secrets = allSecrets(assignment);
  const { outcome, result } = await outcomeOf(async () => {
    await clearUp(wanted, workshop);
    const observed = await apply(assignment);
    if (work.kind === 'remove' && work.purge) await purge(assignment);
    return observed;
  });
  const observed = result ?? lastObserved(wanted, workshop);
  if (result) store.owners.saveReported(wanted.owner, reportedMark([], result));
  const report: AppliedReport = {
    kind: 'applied',
    owner: wanted.owner,
    revision: wanted.revision,
    generation: wanted.generation,
    outcome: redactedOutcome(outcome, secrets),
    steps: reportedSteps(assignment.steps, secrets),
    observed,
    startedAt,
    finishedAt: new Date(system.clock.now()).toISOString(),
  };
  return { report, warnings: [...assignment.warnings] };
}

/** Destroys what is in the trash: the only thing that cannot be taken back, and that nobody but the server asks for. */
async function purge({ trash, workshop }: Assignment): Promise<void> {
  await workshop.crash('purge.before');
  await trash.purge();
  await workshop.crash('purge.after');
}

/** What could not be taken back before has to be, before anything else. */
async function clearUp({ owner }: Wanted, workshop: Workshop): Promise<void> {
  const { store, rounds } = workshop;
  const left = store.journal.ofOwner(owner);
  if (left.length === 0) return;
  await rounds.alone(async () => bringServicesBack(await recover(left, workshop), workshop));
  if (store.journal.ofOwner(owner).length > 0)
    throw new Refusal(
      'UndoIncomplete',
      'An earlier change could not be taken back entirely; the agent goes on trying.',
      {
        retryAfter: 30,
      },
    );
}

function nothingOf({ owner, title, revision }: RemoveWork, { store }: Workshop): Wanted {
  const { generation = 0, secrets = {} } = store.owners.find(owner) ?? {};
  return { owner, title, revision, generation, resources: [], secrets };
}

function lastObserved({ owner }: Wanted, { store }: Workshop): Record<string, unknown> {
  const observed: Record<string, unknown> = {};
  for (const { key, facts, leaving } of store.inventory.ofOwner(owner))
    if (!leaving && facts !== null && typeof facts === 'object' && 'observed' in facts) observed[key] = facts.observed;
  return observed;
}
