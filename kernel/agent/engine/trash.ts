import { dirname } from 'node:path';
import type { NodePaths } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import { Refusal } from '../primitives/refusal.ts';
import type { StateStore } from '../store/state-store.ts';
import type { TrashRecord } from '../store/trash-records.ts';
import type { System } from '../system/system.ts';
import { isBelow } from '../system/trust.ts';

export interface TrashParts {
  readonly system: System;
  readonly store: StateStore;
  /** The folder of all trash. */
  readonly folder: string;
  readonly paths: NodePaths;
}

/** What was taken away of one owner and not destroyed: datasets, logs, and what its programs left in its folders. */
export class Trash {
  readonly owner: OwnerKey;
  readonly #parts: TrashParts;

  constructor(owner: OwnerKey, parts: TrashParts) {
    this.owner = owner;
    this.#parts = parts;
  }

  /** The latest of a dataset that is in the trash. */
  findMoved(dataset: string): TrashRecord | undefined {
    return this.#records().find((record) => record.dataset === dataset && record.moved);
  }

  /** Of a dataset that is on its way there. */
  findLeaving(dataset: string): TrashRecord | undefined {
    return this.#records().find((record) => record.dataset === dataset && !record.moved);
  }

  /** The number that each user has now, or will have, by the one that it had when this was taken away; only those that changed. */
  changedUids({ uids }: TrashRecord): ReadonlyMap<number, number> {
    const { accounts } = this.#parts.store;
    const pairs = Object.entries(uids).map(([name, former]) => [former, accounts.find(this.owner, name)] as const);
    return new Map(pairs.filter((pair): pair is [number, number] => pair[1] !== undefined && pair[1] !== pair[0]));
  }

  /** The folder of a dataset that is to be taken away now. */
  folderFor(dataset: string): string {
    return `${this.#ownFolder}/${dataset}/${this.#time}`;
  }

  /** Makes a folder of the trash, and those around it. */
  async make(folder: string): Promise<void> {
    const { files, accounts } = this.#parts.system;
    const { uid, gid } = accounts.self;
    const inside = folder.slice(this.#parts.folder.length).split('/').filter(Boolean);
    for (let depth = 1; depth <= inside.length; depth++) {
      const path = `${this.#parts.folder}/${inside.slice(0, depth).join('/')}`;
      if (!(await files.find(path))) await files.makeDirectory(path, { mode: 0o700, uid, gid });
    }
  }

  /** Says that a dataset is in the trash now, in the store and for people who look into the folder. */
  async seal(record: TrashRecord): Promise<void> {
    const { files, accounts } = this.#parts.system;
    const { uid, gid } = accounts.self;
    const { owner, dataset, at, carried, uids } = record;
    const resources = carried.map(({ key, resource }) => ({ key, spec: resource.spec }));
    const takenAway = new Date(at).toISOString();
    const manifest = JSON.stringify({ owner, dataset, takenAway, uids, resources }, undefined, 2);
    await files.write(`${record.path}/manifest.json`, Buffer.from(manifest), { mode: 0o600, uid, gid });
    this.#parts.store.trash.saveMoved(record.id);
  }

  /** Whether what is left over at a path goes to the trash: in the sites' folders, where everything belongs to its app. */
  takesLeftOvers(path: string): boolean {
    return isBelow(path, this.#parts.paths.sites);
  }

  /** Takes something away that is no dataset. */
  async discard(path: string): Promise<void> {
    const { files, clock } = this.#parts.system;
    if (!(await files.find(path))) return;
    const target = await this.#freePath(path);
    await this.make(dirname(target));
    const { owner } = this;
    const uids = this.#parts.store.accounts.ofOwner(owner);
    this.#parts.store.trash.add({ owner, dataset: '', path: target, carried: [], uids, moved: true, at: clock.now() });
    await files.move(path, target);
  }

  async destroy(record: TrashRecord): Promise<void> {
    await this.#parts.system.files.removeTree(record.path);
    this.#parts.store.trash.delete(record.id);
  }

  /** Destroys everything of the owner, and gives its user's number back. */
  async purge(): Promise<void> {
    await this.#parts.system.files.removeTree(this.#ownFolder);
    this.#parts.store.transaction(() => {
      for (const { id } of this.#records()) this.#parts.store.trash.delete(id);
      this.#parts.store.accounts.releaseAll(this.owner);
    });
  }

  inUse(path: string, owners: readonly string[]): Refusal {
    return new Refusal('FolderInUse', `${path} still holds what belongs to ${owners.join(', ')}.`, { retryAfter: 60 });
  }

  get #ownFolder(): string {
    return `${this.#parts.folder}/${this.owner.replace(':', '-')}`;
  }

  /** Says when and from where. */
  async #freePath(path: string): Promise<string> {
    const folder = `${this.#ownFolder}/left-over/${this.#time}`;
    let free = folder + path;
    for (let number = 2; await this.#parts.system.files.find(free); number++) free = `${folder}-${number}${path}`;
    return free;
  }

  get #time(): string {
    return new Date(this.#parts.system.clock.now()).toISOString().replace(/[:.]/g, '-');
  }

  #records(): TrashRecord[] {
    return this.#parts.store.trash.ofOwner(this.owner);
  }
}
