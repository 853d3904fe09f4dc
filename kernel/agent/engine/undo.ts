import type { Refusal } from '../primitives/refusal.ts';
import { pathsOf } from './round.ts';
import { bringServicesBack } from './services-back.ts';
import { stepsOf } from './stages.ts';
import { type Step, undoStep } from './step.ts';
import type { Transaction } from './transaction.ts';

/**
 * Takes back what a transaction did, the last step first. What cannot be taken back now stays in the journal, and is tried again
 * before anything else is done for the owner.
 */
export async function undo(transaction: Transaction, reason: Refusal): Promise<void> {
  const { workshop, wanted } = transaction.assignment;
  const { log, store, crash } = workshop;
  const steps = [...transaction.stages.flatMap(stepsOf), ...transaction.dumps.map(({ step }) => step)];
  const inRounds = steps.filter((step) => isOfRound(step) && step.state === 'done');
  log.info({ owner: wanted.owner, reason: reason.reason }, 'an apply is undone');
  const whole = inRounds.length > 0 ? workshop.rounds.alone(takeBack) : takeBack();
  if (await whole) store.journal.close(transaction.journal);

  async function takeBack(): Promise<boolean> {
    let complete = true;
    for (const step of steps.toReversed()) {
      try {
        await undoStep(step, transaction.context);
      } catch (cause) {
        complete = false;
        log.error({ owner: wanted.owner, resource: step.key, cause: String(cause) }, 'a step could not be undone');
      }
      await crash(`undo.${step.key}`);
    }
    await bringServicesBack(pathsOf(inRounds), workshop);
    return complete;
  }
}

function isOfRound({ kind }: Step): boolean {
  return kind === 'watched' || kind === 'service' || kind === 'removal';
}
