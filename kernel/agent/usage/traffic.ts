import type { PrimitiveSpec } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import { openLog } from '../logs/guarded-log.ts';
import type { StateStore } from '../store/state-store.ts';
import type { LogMark } from '../store/traffic-records.ts';
import type { System } from '../system/system.ts';
import { countLines } from './count-lines.ts';

type LogSpec = PrimitiveSpec<'log'>;

export interface TrafficParts {
  readonly system: System;
  readonly store: StateStore;
  inTurn<Result>(owner: OwnerKey, work: () => Promise<Result>): Promise<Result>;
  failed(path: string, cause: unknown): void;
}

const CHUNK = 1_048_576;

/**
 * Adds up what the logs say that was sent and received since the last time. How far a log was read is kept with the sum, in one
 * transaction, so that nothing is counted twice or not at all, whenever the agent ends. To be done before logs are rotated: what was
 * moved aside is read to its end before the next rotation compresses it.
 */
export async function countTraffic({ system, store, inTurn, failed }: TrafficParts): Promise<void> {
  for (const { owner, key, resource, leaving } of store.inventory.ofType('log')) {
    const { spec } = resource;
    if (leaving || spec.traffic === undefined) continue;
    try {
      await inTurn(owner, () => new LogCount({ system, store, owner, key, spec }).run());
    } catch (cause) {
      failed(spec.path, cause);
    }
  }
}

interface LogParts {
  readonly system: System;
  readonly store: StateStore;
  readonly owner: OwnerKey;
  readonly key: string;
  readonly spec: LogSpec;
}

class LogCount {
  readonly #parts: LogParts;

  constructor(parts: LogParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { store, system, owner, key, spec } = this.#parts;
    const known = store.traffic.find(owner, key);
    const [current, before] = [await system.files.find(spec.path), await system.files.find(`${spec.path}.1`)];
    if (known && before?.kind === 'file' && before.inode === known.inode) await this.#read(`${spec.path}.1`, known);
    if (current?.kind !== 'file') return;
    await this.#read(spec.path, current.inode === known?.inode ? known : { inode: current.inode, position: 0 });
  }

  async #read(path: string, { inode, position: start }: LogMark): Promise<void> {
    const { system, spec } = this.#parts;
    const file = await openLog({ ...spec, path }, system);
    try {
      const { size, inode: opened } = await file.entry();
      if (opened !== inode) return;
      // Somebody has emptied it.
      let position = start > size ? 0 : start;
      this.#save({ inode, position }, 0);
      while (position < size) {
        const chunk = await file.read(position, CHUNK);
        const { sum, length } = countLines(chunk, spec.traffic ?? 1);
        // The last line is not whole yet; one that is longer than a chunk is none that says something.
        const next = length === 0 && chunk.length === CHUNK ? chunk.length : length;
        if (next === 0) return;
        position += next;
        this.#save({ inode, position }, sum);
      }
    } finally {
      await file.close();
    }
  }

  #save(mark: LogMark, sum: number): void {
    const { store, owner, key } = this.#parts;
    store.transaction(() => {
      store.traffic.save(owner, key, mark);
      if (sum > 0) store.traffic.add(owner, sum);
    });
  }
}
