import type { Primitive, PrimitiveSpec } from '@freehold/sdk';
import type { ActedReport, ActionWork } from '@freehold/sdk/protocol';
import type { commandHandler } from '../primitives/command.ts';
import { Refusal } from '../primitives/refusal.ts';
import { refuseProblems } from './apply.ts';
import { type Assignment, assign, contextOf } from './assignment.ts';
import { problemsOf } from './document-check.ts';
import { outcomeOf, redactedOutcome, reportedSteps } from './outcome.ts';
import { withSecrets } from './secrets.ts';
import { runStep, stepOf } from './step.ts';
import type { Workshop } from './workshop.ts';

type CommandResource = Extract<Primitive, { type: 'command' }>;

/** Runs the commands of an action once. One that was begun before is not run again: what is known of it is told. */
export async function act(
  work: ActionWork,
  workshop: Workshop,
  options: Pick<Assignment, 'signal' | 'progress'>,
): Promise<ActedReport> {
  const { store, system } = workshop;
  const startedAt = new Date(system.clock.now()).toISOString();
  const known = store.actions.find(work.operation);
  if (known && known !== 'begun') return known;
  const assignment = assign(wantedOf(work), workshop, options);
  const output: Record<string, unknown> = {};
  const { outcome } = await outcomeOf(async () => {
    if (known) throw interrupted();
    refuseProblems(problemsOf(assignment));
    store.actions.begin(work.operation, system.clock.now());
    for (const spec of work.commands) await run(spec, output, assignment);
  });
  const report: ActedReport = {
    kind: 'acted',
    operation: work.operation,
    outcome: redactedOutcome(finalOf(outcome), work.secrets),
    steps: reportedSteps(assignment.steps, work.secrets),
    output,
    startedAt,
    finishedAt: new Date(system.clock.now()).toISOString(),
  };
  if (store.actions.find(work.operation)) store.actions.end(report);
  return report;
}

async function run(
  spec: PrimitiveSpec<'command'>,
  output: Record<string, unknown>,
  assignment: Assignment,
): Promise<void> {
  assignment.signal.throwIfAborted();
  const context = contextOf(assignment, { observing: true });
  const resource: CommandResource = { type: 'command', id: spec.id, spec: withoutTrigger(spec) };
  const filled = withSecrets(resource, assignment.wanted.secrets) as CommandResource;
  const key = `command:${spec.id}`;
  const step = stepOf({
    kind: 'plain',
    key,
    type: 'command',
    action: 'run',
    summary: `runs ${spec.argv[0]}`,
    task: { key, spec: filled.spec },
  });
  assignment.steps.push(step);
  context.progress(step.summary);
  await runStep(step, context);
  const facts = step.facts as Awaited<ReturnType<typeof commandHandler.apply>>['facts'];
  if (facts.observed !== undefined) output[spec.id] = facts.observed;
}

/** There is no apply here whose changes it could wait for. */
function withoutTrigger({ onlyAfter: _, ...spec }: PrimitiveSpec<'command'>): PrimitiveSpec<'command'> {
  return spec;
}

function wantedOf({ owner, title, user, commands, plugin, secrets }: ActionWork): Assignment['wanted'] {
  const resources = commands.map((spec) => ({
    resource: { type: 'command', id: spec.id, spec } as const,
    plugin,
    via: [],
  }));
  return { owner, title, user, revision: 0, generation: 0, resources, secrets };
}

function interrupted(): Refusal {
  return new Refusal(
    'Interrupted',
    'The agent was stopped while the action ran. Nobody knows how far it came, so it is not run again.',
  );
}

/** What ran once is not run again by itself: an action has two ends only. */
function finalOf(outcome: ActedReport['outcome']): ActedReport['outcome'] {
  if (outcome.kind !== 'retry') return outcome;
  const { reason, message } = outcome;
  return { kind: 'failed', reason, message };
}
