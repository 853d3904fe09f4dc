import { isObservation } from '../primitives/command.ts';
import { dumpProgram } from '../primitives/dataset.ts';
import { Refusal, toRefusal } from '../primitives/refusal.ts';
import type { Assignment } from './assignment.ts';
import { withClaims } from './claims.ts';
import { collect } from './collect.ts';
import { commit, recordUnchanged } from './commit.ts';
import { type Comparison, compare } from './compare.ts';
import { problemsOf } from './document-check.ts';
import { needsRound, type Stage } from './stages.ts';
import { runStep } from './step.ts';
import { open, type Transaction } from './transaction.ts';
import { undo } from './undo.ts';
import { observedIn, verify } from './verify.ts';
import type { ServiceSpec } from './watches.ts';

/**
 * Makes the machine match what is wanted for one owner, and gives what is observed then.
 *
 * @throws Refusal. Before the commit everything is as it was; after it only what had to go may be left.
 */
export async function apply(assignment: Assignment): Promise<Record<string, unknown>> {
  refuseProblems(problemsOf(assignment));
  return withClaims(assignment, async () => {
    const { slots } = assignment.workshop;
    const comparison = await slots.take(() => compare(assignment, { observing: false }));
    refuseProblems(impossibleIn(comparison));
    const transaction = await open(assignment, comparison);
    if (transaction) {
      await carryOut(transaction);
      await collect(transaction);
    } else {
      recordUnchanged(assignment, comparison);
    }
    const isSettled = !transaction && !assignment.wanted.resources.some(observes);
    return isSettled ? observedIn(comparison) : verify(assignment);
  });
}

/** Everything up to the commit, or nothing. */
async function carryOut(transaction: Transaction): Promise<void> {
  const { crash, slots } = transaction.assignment.workshop;
  try {
    await crash('journal.opened');
    for (const stage of transaction.stages) {
      await slots.take(() => prepare(stage, transaction));
      if (needsRound(stage)) await joinRound(stage, transaction);
    }
    await salvage(transaction);
    transaction.assignment.signal.throwIfAborted();
    await crash('commit.before');
    commit(transaction);
  } catch (cause) {
    const refusal = toRefusal(cause);
    await undo(transaction, refusal);
    throw refusal;
  }
  await crash('commit.after');
}

/** What nobody watches, in order. */
async function prepare(stage: Stage, { assignment, context }: Transaction): Promise<void> {
  for (const step of stage.plain) {
    assignment.signal.throwIfAborted();
    context.progress(`${step.key}: ${step.summary}`);
    await runStep(step, context);
    await assignment.workshop.crash(`step.${step.key}`);
  }
}

/** What services read, together with all other owners that wait for the same. */
async function joinRound(stage: Stage, { assignment, comparison, context }: Transaction): Promise<void> {
  const { owner, title } = assignment.wanted;
  context.progress('waits for the services');
  const leaving = comparison.leaving.map(({ resource }) => resource).filter((resource) => resource.type === 'service');
  await assignment.workshop.rounds.join({
    owner,
    title,
    context,
    writes: [...stage.watched, ...stage.services],
    removals: stage.removals,
    services: [...unchangedServices(comparison), ...stage.services.map(({ task }) => task.spec as ServiceSpec)],
    leaving: leaving.map(({ spec }) => spec.name),
    tell: (step) => assignment.steps.push(step),
  });
}

/** Their programs stay as they are, but how they are validated, and where they listen afterwards, may be new. */
function unchangedServices({ compared }: Comparison): ServiceSpec[] {
  const same = compared.filter(({ resource, finding }) => resource.type === 'service' && finding.kind === 'same');
  return same.map(({ task }) => task.spec as ServiceSpec);
}

/** Saves what programs keep before it is removed. When that fails, nothing is removed. */
async function salvage({ assignment, dumps, context }: Transaction): Promise<void> {
  for (const { step, dataset, folder } of dumps) {
    const { resource } = dataset;
    if (resource.type !== 'dataset' || !resource.spec.program) continue;
    context.progress(`${step.key}: ${step.summary}`);
    step.state = 'failed';
    await assignment.trash.make(folder);
    await dumpProgram(resource.spec.program, folder, context);
    step.state = 'done';
    await assignment.workshop.crash(`dump.${step.key}`);
  }
}

function impossibleIn({ compared }: Comparison): Refusal[] {
  return compared.flatMap(({ finding }) => (finding.kind === 'impossible' ? [finding.refusal] : []));
}

/** All problems in one refusal. It is worth another try only when every one of them is. */
export function refuseProblems(problems: readonly Refusal[]): void {
  const [first] = problems;
  if (!first) return;
  const messages = [...new Set(problems.map(({ message }) => message))];
  const delays = problems.map(({ retryAfter }) => retryAfter);
  const retryAfter = delays.includes(undefined) ? undefined : Math.max(...delays.map((delay) => delay ?? 0));
  const lasting = problems.find((problem) => problem.retryAfter === undefined) ?? first;
  throw new Refusal(lasting.reason, messages.join('\n'), { retryAfter, output: first.output, cause: first.cause });
}

function observes({ resource }: Assignment['wanted']['resources'][number]): boolean {
  return resource.type === 'command' && isObservation(resource.spec);
}
