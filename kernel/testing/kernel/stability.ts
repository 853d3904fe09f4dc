import type { Change, OwnerKey } from '@freehold/sdk/protocol';
import { TestKernelError } from '@freehold/sdk/testing';
import type { BellLink } from './bell-link.ts';

export interface StabilityParts {
  readonly link: BellLink;
  /** Lets the server compute what an app wants anew, and the agent compare it with the node. */
  readonly planAnew: (app: string) => Promise<readonly Change[]>;
}

/**
 * Asks for a plan of everything that was just applied: it must be empty. What was computed from what is still observed would be
 * computed the same again, because functions are pure, so the agent alone is asked.
 *
 * @throws TestKernelError that names the resources which would be changed again
 */
export async function refuseUnstable(owners: readonly OwnerKey[], { link, planAnew }: StabilityParts): Promise<void> {
  const plan = (owner: OwnerKey) =>
    owner.startsWith('app:') && !link.records.isCurrent(owner)
      ? planAnew(owner.slice('app:'.length))
      : link.records.askPlan(owner);
  const plans = owners.map(async (owner) => ({ owner, changes: await plan(owner) }));
  link.wake();
  for (const { owner, changes } of await Promise.all(plans)) {
    if (changes.length === 0) continue;
    const lines = changes.map(
      ({ resource, action, summary, diff }) => `  ${action} ${resource}: ${summary}${diff ? `\n${diff}` : ''}`,
    );
    throw new TestKernelError(
      `After its apply the plan of ${owner} is not empty: what its resources ask for is not what they leave, or something else changes it.\n${lines.join('\n')}`,
      { code: 'unstable' },
    );
  }
}
