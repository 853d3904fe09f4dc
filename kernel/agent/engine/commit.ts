import type { OwnerKey } from '@freehold/sdk/protocol';
import type { UserFacts } from '../primitives/user.ts';
import type { Recorded } from '../store/inventory.ts';
import { fingerprint } from '../system/fingerprint.ts';
import { isBelow } from '../system/trust.ts';
import type { Assignment } from './assignment.ts';
import { type Compared, type Comparison, identitiesOf } from './compare.ts';
import type { Dump, Transaction } from './transaction.ts';
import { isWatched, knownServices, type ServiceSpec } from './watches.ts';

/** Takes what was done into the inventory, and says what has to go. From here on there is no way back, only on. */
export function commit({ assignment, comparison, journal, leaving, dumps }: Transaction): void {
  const { store } = assignment.workshop;
  const carried = carriedByDatasets(leaving, knownServices(store));
  store.transaction(() => {
    recordPresent(comparison.compared, assignment);
    for (const { owner, key } of goneFrom(comparison, leaving)) store.inventory.delete(owner, key);
    for (const recorded of leaving) recordLeaving(recorded, carried, assignment);
    for (const recorded of leaving) announceTrash(recorded, { carried, dumps, assignment });
    store.journal.commit(journal);
  });
}

/** The same when nothing had to be done: the inventory may still not know all of it. */
export function recordUnchanged(assignment: Assignment, comparison: Comparison): void {
  const { store } = assignment.workshop;
  const { owner, title, user, revision, generation, secrets } = assignment.wanted;
  const known = store.owners.find(owner);
  const isKnown = known && fingerprint(known) === fingerprint({ owner, title, user, revision, generation, secrets });
  const rows = new Map(comparison.possession.resources.map((recorded) => [recorded.key, recorded]));
  const isNews = (compared: Compared, ordinal: number) => {
    const row = rows.get(compared.key);
    return !row || fingerprint(row) !== fingerprint(toRecorded(compared, ordinal, assignment));
  };
  const gone = goneFrom(comparison, []);
  if (isKnown && gone.length === 0 && !comparison.compared.some(isNews)) return;
  store.transaction(() => {
    recordPresent(comparison.compared, assignment);
    for (const { key } of gone) store.inventory.delete(owner, key);
  });
}

function recordPresent(compared: readonly Compared[], assignment: Assignment): void {
  const { wanted, workshop, trash } = assignment;
  const { store } = workshop;
  store.owners.save(wanted);
  for (const [ordinal, one] of compared.entries()) {
    store.inventory.save(toRecorded(one, ordinal, assignment), identitiesOf(one.resource, wanted.owner));
    // One that was on its way to the trash and is wanted again never got there.
    const record = one.resource.type === 'dataset' ? trash.findLeaving(one.resource.id) : undefined;
    if (record) store.trash.delete(record.id);
  }
}

function toRecorded(compared: Compared, ordinal: number, { wanted, steps }: Assignment): Recorded {
  const { key, resource, plugin, via, finding, task } = compared;
  const done = steps.find((step) => step.key === key && step.kind !== 'removal' && step.state === 'done');
  const before = task.recorded?.facts ?? null;
  const facts = finding.kind === 'same' ? finding.facts : finding.kind === 'different' ? done?.facts : before;
  return { owner: wanted.owner, key, resource, plugin, via, ordinal, facts: facts ?? null, leaving: false };
}

/** What the inventory names and nobody needs any more: taken away in the round, or known by another name now. */
function goneFrom({ possession, compared }: Comparison, leaving: readonly Recorded[]): Recorded[] {
  const present = new Set([...compared, ...leaving].map(({ key }) => key));
  return possession.resources.filter(({ key }) => !present.has(key));
}

type Carried = ReadonlyMap<Recorded, Recorded>;

/** The dataset with which each resource goes to the trash. What a service reads was taken away in the round. */
function carriedByDatasets(leaving: readonly Recorded[], services: readonly ServiceSpec[]): Carried {
  const carried = new Map<Recorded, Recorded>();
  for (const dataset of leaving) {
    const folder = dataset.resource.type === 'dataset' ? dataset.resource.spec.files?.path : undefined;
    for (const recorded of folder === undefined ? [] : leaving) {
      const { resource } = recorded;
      const path = resource.type !== 'dataset' && 'path' in resource.spec ? resource.spec.path : undefined;
      if (path && isBelow(path, folder as string) && !isWatched(resource, services)) carried.set(recorded, dataset);
    }
  }
  return carried;
}

function recordLeaving(recorded: Recorded, carried: Carried, { workshop }: Assignment): void {
  const { owner, key, resource } = recorded;
  if (carried.has(recorded)) workshop.store.inventory.delete(owner, key);
  else workshop.store.inventory.save({ ...recorded, leaving: true }, identitiesOf(resource, owner));
}

function announceTrash(
  dataset: Recorded,
  { carried, dumps, assignment }: { carried: Carried; dumps: readonly Dump[]; assignment: Assignment },
): void {
  const { trash, workshop } = assignment;
  if (dataset.resource.type !== 'dataset' || trash.findLeaving(dataset.resource.id)) return;
  const path = dumps.find((dump) => dump.dataset === dataset)?.folder ?? trash.folderFor(dataset.resource.id);
  const inside = [...carried].filter(([, holder]) => holder === dataset).map(([recorded]) => recorded);
  workshop.store.trash.add({
    owner: dataset.owner,
    dataset: dataset.resource.id,
    path,
    carried: inside.reverse(),
    uids: uidsOf(dataset.owner, assignment),
    moved: false,
    at: workshop.system.clock.now(),
  });
}

/** The inventory knows, too, of users that the agent found after it had lost its store. Whom the agent itself runs as is no user of an app. */
function uidsOf(owner: OwnerKey, { workshop: { store, system } }: Assignment): Record<string, number> {
  const uids = store.accounts.ofOwner(owner);
  for (const { resource, facts } of store.inventory.ofOwner(owner)) {
    if (resource.type !== 'user' || resource.spec.name === system.accounts.self.name) continue;
    const { uid } = (facts ?? {}) as Partial<UserFacts>;
    if (uid !== undefined) uids[resource.spec.name] = uid;
  }
  return uids;
}
