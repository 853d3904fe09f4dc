import { handlerOf } from '../primitives/index.ts';
import { Refusal, toRefusal } from '../primitives/refusal.ts';
import type { Recorded } from '../store/inventory.ts';
import { isCode } from '../system/failure.ts';
import { type Assignment, contextOf } from './assignment.ts';
import { taskOf } from './compare.ts';
import { type Step, stepOf } from './step.ts';
import type { Transaction } from './transaction.ts';

/** Ends a committed transaction: lets go of the way back, and takes away what is no longer wanted. */
export async function collect(transaction: Transaction): Promise<void> {
  const { assignment, journal, stages, context } = transaction;
  const { store, crash } = assignment.workshop;
  for (const step of stages.flatMap(({ plain, watched }) => [...plain, ...watched]))
    if (step.inverse !== undefined) await handlerOf(step.type).settle?.(step.inverse, context);
  await crash('settled');
  try {
    await takeAway(assignment);
  } finally {
    store.journal.close(journal);
  }
}

/**
 * Removes what an owner has and does not want any more, the last first.
 *
 * @throws Refusal when something could not be removed: it stays in the inventory.
 */
export async function takeAway(assignment: Assignment): Promise<void> {
  const { wanted, workshop } = assignment;
  const { store, crash } = workshop;
  const leaving = store.inventory
    .ofOwner(wanted.owner)
    .filter((recorded) => recorded.leaving)
    .reverse();
  const failures: string[] = [];
  await endPrograms(leaving, assignment);
  for (const recorded of leaving) {
    const failure = await remove(recorded, assignment);
    if (failure) failures.push(failure.message);
    else store.inventory.delete(wanted.owner, recorded.key);
    await crash(`removed.${recorded.key}`);
  }
  if (store.inventory.ofOwner(wanted.owner).length === 0) store.owners.delete(wanted.owner);
  if (failures.length > 0) throw new Refusal('RemovalIncomplete', failures.join('\n'), { retryAfter: 30 });
}

/** Before their files go: a program that still runs would write new ones. */
async function endPrograms(leaving: readonly Recorded[], { workshop }: Assignment): Promise<void> {
  const { accounts, processes } = workshop.system;
  for (const { resource } of leaving) {
    if (resource.type !== 'user' || resource.spec.name === accounts.self.name) continue;
    const user = await accounts.findUser(resource.spec.name);
    if (user) await processes.endAllOf(user.uid);
  }
}

/** A link that the site made stands in the way: what was made is not behind it, and goes with the folder it was moved to. */
function isNoLongerThere(step: Step, cause: unknown): undefined {
  step.state = 'done';
  step.output = toRefusal(cause).message;
}

async function remove(recorded: Recorded, assignment: Assignment): Promise<Refusal | undefined> {
  const { wanted, steps, workshop } = assignment;
  const { key, resource, facts } = recorded;
  const before = workshop.store.owners.find(wanted.owner)?.secrets ?? wanted.secrets;
  const task = taskOf(resource, recorded, { now: before, before });
  const step: Step = stepOf({
    kind: 'removal',
    key,
    type: resource.type,
    action: 'remove',
    summary: 'removes it',
    task,
  });
  const start = workshop.system.clock.now();
  steps.push(step);
  step.state = 'failed';
  try {
    step.output = await handlerOf(resource.type).remove({ key, spec: task.spec, facts }, contextOf(assignment));
    step.state = 'done';
    return undefined;
  } catch (cause) {
    if (isCode(cause, 'UNSAFE_PATH')) return isNoLongerThere(step, cause);
    const refusal = toRefusal(cause);
    step.output = refusal.output ?? refusal.message;
    return refusal;
  } finally {
    step.milliseconds = workshop.system.clock.now() - start;
  }
}
