import { type Change, TestKernelError } from '@freehold/sdk/testing';
import type { Api } from './api.ts';
import type { HarnessApp } from './harness-app.ts';
import type { SimulatedNode } from './simulated-node.ts';

export interface StabilityParts {
  readonly api: Api;
  readonly apps: ReadonlyMap<string, HarnessApp>;
  /** What was set for each plugin. */
  readonly configs: ReadonlyMap<string, object>;
  readonly node: SimulatedNode;
}

/**
 * Asks for a plan of everything that was just applied: it must be empty.
 *
 * @throws TestKernelError that names the resources which would be changed again
 */
export async function refuseUnstable(owners: readonly string[], parts: StabilityParts): Promise<void> {
  for (const owner of owners) {
    const changes = await planAgain(owner, parts);
    const [first] = changes;
    if (!first) continue;
    const lines = changes.map(
      ({ resource, action, summary, diff }) => `  ${action} ${resource}: ${summary}${diff ? `\n${diff}` : ''}`,
    );
    throw new TestKernelError(
      `The plan of ${owner} after its apply is not empty. The same input must give the same resources, and what they ask for must be what they leave:\n${lines.join('\n')}`,
      { code: 'unstable' },
    );
  }
}

async function planAgain(owner: string, { api, apps, configs }: StabilityParts): Promise<readonly Change[]> {
  const app = apps.get(owner.slice('app:'.length));
  if (owner.startsWith('app:')) return app?.lifecycle === 'present' && app.ready ? app.plan() : [];
  const plugin = owner.slice('role:'.length);
  const config = configs.get(plugin) ?? {};
  const url = `/v1/nodes/local/plugins/${plugin}/plan`;
  const { changes } = await api.call<{ changes: Change[] }>({ method: 'POST', url, body: { config } });
  return changes;
}
