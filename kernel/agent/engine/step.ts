import type { PrimitiveType } from '@freehold/sdk';
import type * as protocol from '@freehold/sdk/protocol';
import { handlerOf } from '../primitives/index.ts';
import type { Context, Task } from '../primitives/primitive.ts';
import { toRefusal } from '../primitives/refusal.ts';
import { isCode } from '../system/failure.ts';

/** When a step runs, and who may be touched by it. */
export type StepKind =
  /** Nobody watches it: it runs in its place. */
  | 'plain'
  /** A service reads it: it is written in the commit round. */
  | 'watched'
  /** A service: declared in the commit round, and started there. */
  | 'service'
  /** Takes away what a service reads: at the end of the commit round. */
  | 'removal'
  /** Saves what a program keeps before the program's data is removed. */
  | 'dump';

/** One thing that is done to one resource. */
export interface Step {
  readonly kind: StepKind;
  readonly key: string;
  readonly type: PrimitiveType;
  readonly action: protocol.Change['action'];
  readonly summary: string;
  readonly diff?: string;
  readonly task: Task<PrimitiveType, unknown>;
  /** How to take it back; of the primitive's own making. Undefined: there is no way back, and no need for one. */
  readonly inverse?: unknown;
  state: 'pending' | 'done' | 'failed' | 'undone';
  milliseconds: number;
  output?: string;
  /** What to remember, once it is done. */
  facts?: unknown;
}

/** A step that nothing was done of yet. */
export function stepOf(plan: Omit<Step, 'state' | 'milliseconds'>): Step {
  return { ...plan, state: 'pending', milliseconds: 0 };
}

/** Does what the step says. It can be done again after it was undone. */
export async function runStep(step: Step, context: Context): Promise<void> {
  const start = context.system.clock.now();
  step.state = 'failed';
  try {
    const handler = handlerOf(step.type);
    if (step.kind === 'removal') {
      await handler.remove({ key: step.key, spec: step.task.spec, facts: step.task.recorded?.facts }, context);
    } else {
      const { facts, output } = await handler.apply(step.task, context);
      step.facts = facts;
      step.output = output;
    }
    step.state = 'done';
  } catch (cause) {
    step.output = toRefusal(cause).output;
    throw cause;
  } finally {
    step.milliseconds = context.system.clock.now() - start;
  }
}

/** Takes it back as far as it came. */
export async function undoStep(step: Step, context: Context): Promise<void> {
  if (step.state === 'pending' || step.state === 'undone') return;
  await undoInverse(step.type, step.inverse, context);
  if (step.state === 'done') step.state = 'undone';
}

/**
 * Takes back what may never have been done: every primitive takes that well. Where a site put a link in the way, what the step
 * made is no longer there, and the way to it is not ours: nobody could keep an app from being undone or removed by that.
 */
export async function undoInverse(type: PrimitiveType, inverse: unknown, context: Context): Promise<void> {
  if (inverse === undefined || inverse === null) return;
  try {
    await handlerOf(type).undo?.(inverse, context);
  } catch (cause) {
    if (!isCode(cause, 'UNSAFE_PATH')) throw cause;
  }
}

/** What the server is told of it; undefined when it never came to it. */
export function toReport(step: Step): protocol.Step | undefined {
  const { key, action, summary, diff, state, milliseconds, output } = step;
  if (state === 'pending') return undefined;
  return {
    resource: key,
    action,
    summary,
    state,
    milliseconds,
    ...(diff === undefined ? {} : { diff }),
    ...(output ? { output } : {}),
  };
}
