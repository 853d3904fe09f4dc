import { Refusal } from '../primitives/refusal.ts';
import { fingerprint } from '../system/fingerprint.ts';
import type { Assignment } from './assignment.ts';
import { type Comparison, compare } from './compare.ts';

/**
 * Looks once more whether the machine is as it was promised to be, and gives what is observed.
 *
 * @throws Refusal naming plugin and resource: a plan that apply does not fulfil is a mistake of the plugin.
 */
export async function verify(assignment: Assignment): Promise<Record<string, unknown>> {
  const comparison = await compare(assignment, { observing: true });
  for (const { key, plugin, finding } of comparison.compared) {
    if (finding.kind === 'impossible') throw finding.refusal;
    if (finding.kind !== 'different') continue;
    const message = `After the apply ${key} of plugin ${plugin} is not as the plugin wants it: ${finding.summary}.`;
    throw new Refusal('Inconsistent', message);
  }
  recordFacts(comparison, assignment);
  return observedIn(comparison);
}

/** What primitives found out about the machine, by the key of the resource. */
export function observedIn({ compared }: Comparison): Record<string, unknown> {
  const observed: Record<string, unknown> = {};
  for (const { key, finding, task } of compared) {
    const facts = finding.kind === 'same' ? finding.facts : task.recorded?.facts;
    if (facts !== null && typeof facts === 'object' && 'observed' in facts) observed[key] = facts.observed;
  }
  return observed;
}

/** Remembers what was learnt by looking, such as which file has the content now. */
export function recordFacts({ compared }: Comparison, { wanted, workshop }: Assignment): void {
  const news = compared.filter(
    ({ finding, task }) => finding.kind === 'same' && fingerprint(finding.facts) !== fingerprint(task.recorded?.facts),
  );
  if (news.length === 0) return;
  workshop.store.transaction(() => {
    for (const { key, finding } of news)
      if (finding.kind === 'same') workshop.store.inventory.saveFacts(wanted.owner, key, finding.facts);
  });
}
