import { contentOf } from '../primitives/dataset.ts';
import type { Recorded } from '../store/inventory.ts';
import type { Assignment } from './assignment.ts';
import type { Relocation } from './relocated-files.ts';

/** What an owner has: its inventory, and what comes back with the datasets that are wanted again. */
export interface Possession {
  /** In the order of the document they came from. */
  readonly resources: readonly Recorded[];
  /** Values of the secrets when these were applied. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Folders that come back from the trash. */
  readonly relocations: readonly Relocation[];
}

export async function possessionOf({ wanted, workshop, trash }: Assignment): Promise<Possession> {
  const { store, system } = workshop;
  const inventory = store.inventory.ofOwner(wanted.owner);
  const known = new Set(inventory.map(({ key }) => key));
  const relocations: Relocation[] = [];
  const carried: Recorded[] = [];
  for (const { resource } of wanted.resources) {
    if (resource.type !== 'dataset') continue;
    const path = resource.spec.files?.path;
    const isThere = path === undefined || (await system.files.find(path)) !== undefined;
    const record = trash.findLeaving(resource.id) ?? (isThere ? undefined : trash.findMoved(resource.id));
    if (!record) continue;
    if (path !== undefined && !isThere)
      relocations.push({ path, now: contentOf(record.path), uids: trash.changedUids(record) });
    carried.push(...record.carried.filter(({ key }) => !known.has(key)));
  }
  return {
    resources: [...inventory, ...carried],
    secrets: store.owners.find(wanted.owner)?.secrets ?? {},
    relocations,
  };
}
