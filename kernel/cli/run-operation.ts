import type { ApiClient, Begun } from './api-client.ts';
import type { App, Operation } from './api-types.ts';
import type { Context } from './context.ts';
import { followOperation, hasEnded } from './follow-operation.ts';
import { renderChange } from './output/diff.ts';
import { renderDistance } from './output/measure.ts';
import type { Colors } from './output/output.ts';
import { exitCodes, ProblemError } from './problem.ts';

export interface WaitOptions {
  /** False with `--no-wait`. */
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout?: number;
}

/**
 * Shows an operation until it has ended, and gives it as it ended. Ctrl-C and the time limit leave it running. Throws when it
 * failed, with what the node said.
 */
export async function runOperation(
  context: Context,
  { client, title, begin }: { client: ApiClient; title: string; begin: () => Promise<{ operation: Operation }> },
  { wait = true, timeout = 300 }: WaitOptions,
): Promise<Operation> {
  const line = context.progress(title);
  const { operation } = await begin().catch((error) => {
    line.drop();
    throw error;
  });
  try {
    // What is begun now has not ended yet: this one tells how it came to be as it was wanted.
    if (operation.state === 'succeeded') {
      line.done(`nothing to do: it is so ${sinceWhen(operation)}`);
      return operation;
    }
    if (!wait) {
      line.done(`begun as ${operation.id}`);
      return operation;
    }
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeout * 1_000)]);
    const ended = await followOperation(client, operation, { signal, onProgress: (message) => line.update(message) });
    if (!hasEnded(ended)) throw context.signal.aborted ? interrupted(ended) : tooSlow(ended, timeout);
    if (ended.state === 'failed' || ended.state === 'cancelled')
      throw operationFailed(ended, context.output.errorColors);
    line.done(ended.state === 'superseded' ? 'a newer change took its place' : stepCount(ended));
    return ended;
  } catch (error) {
    line.fail();
    throw error;
  }
}

/** Like {@link runOperation}, for a change of an app: gives the app as it is afterwards. */
export async function runAppOperation(
  context: Context,
  work: { client: ApiClient; title: string; begin: () => Promise<Begun<App>> },
  options: WaitOptions,
): Promise<Begun<App>> {
  let app: App | undefined;
  const begin = async () => {
    const begun = await work.begin();
    app = begun;
    return begun;
  };
  const operation = await runOperation(context, { ...work, begin }, options).catch(async (error) => {
    throw app ? await withReason(error, work.client, app) : error;
  });
  if (!app) throw new Error('An operation was begun without its app.');
  const now = options.wait === false ? app : await work.client.loadApp(app.id).catch(() => app);
  return { ...(now as App), operation };
}

/** Who waited in vain wants to know for what: the app's condition says it. */
async function withReason(error: unknown, client: ApiClient, { id }: App): Promise<unknown> {
  if (!(error instanceof ProblemError) || error.problem.code !== 'not-converged') return error;
  const app = await client.loadApp(id).catch(() => undefined);
  const ready = app?.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True');
  if (!ready) return error;
  const detail = `${error.problem.detail} ${ready.message}`;
  return new ProblemError({ ...error.problem, detail, reason: ready.reason }, error.exitCode, { cause: error });
}

/** What the node said, with the steps that failed. */
export function operationFailed(operation: Operation, colors: Colors): ProblemError {
  const { outcome, steps = [], id, state } = operation;
  const said = outcome && outcome.kind !== 'inSync' ? outcome : undefined;
  const failed = steps.filter((step) => step.state === 'failed');
  const shown = failed.map((step) => `\n${renderChange(step, colors)}${step.output ? `\n${indent(step.output)}` : ''}`);
  const undone = steps.some((step) => step.state === 'undone') ? ' What was done of it has been undone.' : '';
  return new ProblemError(
    {
      code: state === 'cancelled' ? 'operation-cancelled' : 'operation-failed',
      title: 'The node did not come to the wanted state',
      detail: `${said?.message ?? `The operation was ${state}.`}${undone}${shown.join('')}`,
      remedy: `Put right what is wrong and run freehold operations retry ${id}. All its steps: freehold operations show ${id}`,
      ...(said ? { reason: said.reason } : {}),
      operation: id,
    },
    exitCodes.notConverged,
  );
}

function interrupted({ id }: Operation): ProblemError {
  return new ProblemError(
    {
      code: 'interrupted',
      title: 'Interrupted',
      detail: 'You stopped waiting; the operation goes on.',
      remedy: `Follow it with freehold operations log -f ${id}`,
      operation: id,
    },
    exitCodes.interrupted,
  );
}

function tooSlow({ id, outcome }: Operation, timeout: number): ProblemError {
  const reason = outcome && outcome.kind !== 'inSync' ? ` ${outcome.message}` : '';
  return new ProblemError(
    {
      code: 'not-converged',
      title: 'The node did not come to the wanted state in time',
      detail: `The operation has not ended after ${timeout} s and goes on.${reason}`,
      remedy: `Follow it with freehold operations log -f ${id}, and look at the node with freehold nodes show.`,
      operation: id,
    },
    exitCodes.notConverged,
  );
}

function sinceWhen({ id, finishedAt }: Operation): string {
  return finishedAt ? `since ${id}, ${renderDistance(finishedAt)}` : `since ${id}`;
}

function stepCount({ kind, steps = [] }: Operation): string {
  // What is destroyed is in the trash, where the node has nothing to compare.
  if (kind === 'purge') return 'nothing of it is left';
  const done = steps.filter((step) => step.state === 'done').length;
  return done === 0 ? 'nothing to change' : `${done} ${done === 1 ? 'step' : 'steps'}`;
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ');
}
