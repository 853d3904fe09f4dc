import type { CheckedReport, Drift, OwnerKey, SweptReport } from '@freehold/sdk/protocol';
import { fingerprint } from '../system/fingerprint.ts';
import { apply } from './apply.ts';
import { type Assignment, assign, type Wanted } from './assignment.ts';
import { type Compared, type Comparison, compare } from './compare.ts';
import { allSecrets, outcomeOf, withoutSecrets } from './outcome.ts';
import { recordedResources } from './transaction.ts';
import { Trash } from './trash.ts';
import { observedIn, recordFacts } from './verify.ts';
import type { Workshop } from './workshop.ts';

export interface SweepOptions {
  readonly signal: AbortSignal;
  /** Of the work that asked for it. */
  readonly request?: string;
  /** Lets other work on the same owner come before or after, but not between. */
  inTurn<Result>(owner: OwnerKey, work: () => Promise<Result>): Promise<Result>;
  report(report: CheckedReport): void;
  /** What people who look after the node should know of an owner; nothing when there is nothing any more. */
  warn(owner: OwnerKey, warnings: readonly string[]): void;
}

/** Compares everything in the inventory with the machine, and puts back what was changed by hand unless the hoster keeps it. */
export async function sweep(workshop: Workshop, options: SweepOptions): Promise<SweptReport> {
  const { store, system } = workshop;
  const start = system.clock.now();
  let [owners, resources, changes] = [0, 0, 0];
  await Promise.all(
    store.owners.list().map(({ owner }) =>
      options.inTurn(owner, async () => {
        const checked = await workshop.slots.take(() => check(owner, workshop, options));
        if (!checked) return;
        options.warn(owner, [...checked.assignment.warnings]);
        owners++;
        resources += checked.comparison.compared.length;
        const drift = await settle(checked, workshop);
        changes += drift.filter(({ action }) => action === 'repaired').length;
        tell(checked, drift, options);
      }),
    ),
  );
  await emptyTrash(workshop);
  const at = new Date(system.clock.now()).toISOString();
  const milliseconds = system.clock.now() - start;
  const swept = { kind: 'swept', owners, resources, changes, at, milliseconds } as const;
  return options.request === undefined ? swept : { ...swept, request: options.request };
}

interface Checked {
  readonly assignment: Assignment;
  readonly comparison: Comparison;
}

async function check(owner: OwnerKey, workshop: Workshop, { signal }: SweepOptions): Promise<Checked | undefined> {
  signal.throwIfAborted();
  const record = workshop.store.owners.find(owner);
  const inventory = workshop.store.inventory.ofOwner(owner);
  if (!record || inventory.every(({ leaving }) => leaving)) return undefined;
  const wanted: Wanted = { ...record, resources: recordedResources(inventory) };
  const assignment = assign(wanted, workshop, { signal, progress: () => undefined });
  const comparison = await compare(assignment, { observing: true });
  recordFacts(comparison, assignment);
  return { assignment, comparison };
}

/** Puts back what differs, as the change it is: with a journal, validated, and together with others. */
async function settle({ assignment, comparison }: Checked, workshop: Workshop): Promise<Drift[]> {
  const differs = comparison.compared.filter(({ finding }) => finding.kind !== 'same');
  if (differs.length === 0) return [];
  const isToRepair = differs.some(({ finding }) => finding.kind === 'different');
  const again = assign(assignment.wanted, workshop, assignment);
  const { refusal } = isToRepair ? await outcomeOf(() => apply(again)) : {};
  return differs.map((compared) => {
    const drift = driftOf(compared, refusal?.message);
    return withoutSecrets(drift, allSecrets(assignment));
  });
}

function driftOf({ key, finding }: Compared, failure: string | undefined): Drift {
  switch (finding.kind) {
    case 'kept':
    case 'different': {
      const { summary, diff } = finding;
      const action = finding.kind === 'kept' ? 'kept' : failure === undefined ? 'repaired' : 'failed';
      const message = action === 'failed' && failure !== undefined ? { message: failure } : {};
      return { resource: key, summary, action, ...(diff === undefined ? {} : { diff }), ...message };
    }
    case 'impossible':
      return { resource: key, summary: finding.refusal.message, action: 'failed' };
    case 'same':
      throw new TypeError(`${key} does not differ`);
  }
}

/** Only what the server does not know yet. */
function tell({ assignment, comparison }: Checked, drift: readonly Drift[], { report }: SweepOptions): void {
  const { wanted, workshop } = assignment;
  const observed = observedIn(comparison);
  const told = reportedMark(drift, observed);
  if (workshop.store.owners.findReported(wanted.owner) === told) return;
  workshop.store.owners.saveReported(wanted.owner, told);
  const at = new Date(workshop.system.clock.now()).toISOString();
  report({ kind: 'checked', owner: wanted.owner, revision: wanted.revision, drift, observed, at });
}

/** Stands for what the server was told of an owner. */
export function reportedMark(drift: readonly Drift[], observed: Readonly<Record<string, unknown>>): string {
  return fingerprint({ drift, observed });
}

/** What a living owner left in the trash goes after the retention time. Of one that is removed, when the server says so. */
async function emptyTrash(workshop: Workshop): Promise<void> {
  const { store, system, paths, trashFolder: folder } = workshop;
  const limit = system.clock.now() - workshop.settings().retention * 1000;
  for (const record of store.trash.before(limit)) {
    if (!record.moved || !store.owners.find(record.owner)) continue;
    await new Trash(record.owner, { system, store, paths, folder }).destroy(record);
  }
}
