import type { Primitive } from '@freehold/sdk';
import type { Change, PlannedReport, PlanWork } from '@freehold/sdk/protocol';
import { type Assignment, assign, documentOf } from './assignment.ts';
import { type Comparison, compare } from './compare.ts';
import { problemsOf } from './document-check.ts';
import { allSecrets, withoutSecrets } from './outcome.ts';
import { knownServices, type ServiceSpec, touchOf, watchablePath } from './watches.ts';
import type { Workshop } from './workshop.ts';

/** What an apply would change, and what would stop it. Changes nothing. */
export async function plan(work: PlanWork, workshop: Workshop, signal: AbortSignal): Promise<PlannedReport> {
  const assignment = assign(documentOf(work.document), workshop, { signal, progress: () => undefined });
  const problems = problemsOf(assignment).map(({ message }) => message);
  if (problems.length > 0) return { kind: 'planned', request: work.request, changes: [], problems };
  const comparison = await compare(assignment, { observing: false });
  const changes = [...changesIn(comparison), ...touchesIn(comparison, assignment)];
  return {
    kind: 'planned',
    request: work.request,
    changes: changes.map((change) => withoutSecrets(change, allSecrets(assignment))),
    problems: comparison.compared.flatMap(({ finding }) =>
      finding.kind === 'impossible' ? [finding.refusal.message] : [],
    ),
  };
}

function changesIn({ compared, leaving }: Comparison): Change[] {
  const changes = compared.flatMap(({ key, finding }): Change[] => {
    if (finding.kind !== 'different') return [];
    const { action, summary, diff } = finding;
    return [{ resource: key, action, summary, ...(diff === undefined ? {} : { diff }) }];
  });
  const removals = leaving.map(({ key }): Change => ({ resource: key, action: 'remove', summary: 'removes it' }));
  return [...changes, ...removals];
}

/** Services that would be told: first of what is added or changed, then of what is gone. */
function touchesIn({ compared, leaving }: Comparison, { workshop }: Assignment): Change[] {
  const services = knownServices(workshop.store);
  const changed = compared.filter(({ finding }) => finding.kind === 'different');
  return [...touches(services, changed), ...touches(services.toReversed(), leaving)];
}

function touches(services: readonly ServiceSpec[], changed: readonly { readonly resource: Primitive }[]): Change[] {
  const paths = changed.map(({ resource }) => watchablePath(resource)).filter((path) => path !== undefined);
  return services.flatMap((service): Change[] => {
    const kinds = paths.map((path) => touchOf(service, path));
    const action = kinds.includes('restart') ? 'restart' : kinds.includes('reload') ? 'reload' : undefined;
    return action ? [{ resource: `service:${service.name}`, action, summary: `${action}s it` }] : [];
  });
}
