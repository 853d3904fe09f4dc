import type * as protocol from '@freehold/sdk/protocol';
import { type Refusal, toRefusal } from '../primitives/refusal.ts';
import type { Assignment } from './assignment.ts';
import { redacted, type Secrets } from './secrets.ts';
import { type Step, toReport } from './step.ts';

/** How a piece of work came out, as the server is told. */
export async function outcomeOf<Result>(
  work: () => Promise<Result>,
): Promise<{ outcome: protocol.Outcome; result?: Result; refusal?: Refusal }> {
  try {
    return { outcome: { kind: 'inSync' }, result: await work() };
  } catch (cause) {
    const refusal = toRefusal(cause);
    const { reason, message, retryAfter } = refusal;
    if (retryAfter === undefined) return { outcome: { kind: 'failed', reason, message }, refusal };
    return { outcome: { kind: 'retry', after: retryAfter, reason, message }, refusal };
  }
}

/** What was done or tried, without the values of secrets. */
export function reportedSteps(steps: readonly Step[], secrets: Secrets): protocol.Step[] {
  return steps
    .map(toReport)
    .filter((step) => step !== undefined)
    .map((step) => ({ ...step, ...withoutSecrets(step, secrets) }));
}

export function withoutSecrets<Shown extends { summary: string; diff?: string; output?: string }>(
  shown: Shown,
  secrets: Secrets,
): Shown {
  const clean = (text: string | undefined) => text && redacted(text, secrets);
  const { diff, output } = shown;
  return {
    ...shown,
    summary: redacted(shown.summary, secrets),
    ...(diff === undefined ? {} : { diff: clean(diff) }),
    ...(output === undefined ? {} : { output: clean(output) }),
  };
}

export function redactedOutcome(outcome: protocol.Outcome, secrets: Secrets): protocol.Outcome {
  return outcome.kind === 'inSync' ? outcome : { ...outcome, message: redacted(outcome.message, secrets) };
}

/** The values that must not be shown: those of now and those of before. */
export function allSecrets({ wanted, workshop }: Assignment): Secrets {
  const before = workshop.store.owners.find(wanted.owner)?.secrets ?? {};
  const renamed = Object.entries(before).map(([placeholder, value]) => [`before ${placeholder}`, value]);
  return { ...Object.fromEntries(renamed), ...wanted.secrets };
}
