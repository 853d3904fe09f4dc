import { randomUUID } from 'node:crypto';
import type { Measured, OwnerKey } from '@freehold/sdk/protocol';
import type { Reports } from '../engine/engine-parts.ts';
import type { WorkInHand } from '../engine/work-in-hand.ts';
import type { Workshop } from '../engine/workshop.ts';
import { measureDisk } from './disk.ts';
import { countTraffic } from './traffic.ts';

export interface MeasurementParts {
  readonly workshop: Workshop;
  readonly work: Pick<WorkInHand, 'inTurn'>;
  readonly reports: Reports;
}

type Disk = NonNullable<Measured['disk']>;

/** Milliseconds between two looks at everything on disk. */
const DISK_INTERVAL = 3_600_000;
/** Owners in one report. */
const MOST = 500;

/** Measures what apps take of the node, and tells the server what it does not know. */
export class Measurements {
  readonly #parts: MeasurementParts;
  readonly #disk = new Map<OwnerKey, Disk>();
  readonly #told = new Map<OwnerKey, string>();
  /** Owners that were changed since they were last looked at. */
  readonly #changed = new Set<OwnerKey>();
  #measuredAt = Number.NEGATIVE_INFINITY;
  #isTelling = false;

  constructor(parts: MeasurementParts) {
    this.#parts = parts;
  }

  /** The disk of an app is looked at with the next turn; roles have nothing that is measured. */
  noteChanged(owner: OwnerKey): void {
    if (isApp(owner)) this.#changed.add(owner);
  }

  /** Adds up the logs, and looks at the disks of what has changed; now and then, or when asked to, at all of them. */
  async take({ all = false } = {}): Promise<void> {
    const { workshop, work } = this.#parts;
    const { system, store, log } = workshop;
    const inTurn: typeof work.inTurn = (owner, act) => work.inTurn(owner, act);
    await countTraffic({
      system,
      store,
      inTurn,
      failed: (path, cause) => log.warn({ path, cause: String(cause) }, 'a log could not be counted'),
    });
    await this.#measureDisks(all || system.clock.now() - this.#measuredAt >= DISK_INTERVAL);
    this.#tell();
  }

  async #measureDisks(all: boolean): Promise<void> {
    const { workshop } = this.#parts;
    const { system, store, log } = workshop;
    if (all) {
      this.#measuredAt = system.clock.now();
      store.traffic.forgetGone();
    }
    const owners = all ? allOwners(workshop) : [...this.#changed];
    for (const owner of owners) {
      this.#changed.delete(owner);
      try {
        this.#disk.set(owner, await measureDisk(owner, workshop));
      } catch (cause) {
        log.warn({ owner, cause: String(cause) }, 'what is on disk could not be measured');
      }
    }
  }

  /** Not before the server has what was told: what is not said now is said with the next turn. */
  #tell(): void {
    if (this.#isTelling) return;
    const news = this.#findNews();
    if (news.length === 0) return;
    this.#isTelling = true;
    const { reports, workshop } = this.#parts;
    const epoch = findEpoch(workshop);
    const at = new Date(workshop.system.clock.now()).toISOString();
    const told: Promise<void>[] = [];
    for (let from = 0; from < news.length; from += MOST) {
      const owners = news.slice(from, from + MOST);
      const accepted = reports.tell({ kind: 'measured', epoch, at, owners });
      told.push(accepted.then(() => this.#remember(owners)));
    }
    void Promise.all(told).finally(() => {
      this.#isTelling = false;
    });
  }

  #findNews(): Measured[] {
    const traffic = this.#parts.workshop.store.traffic.totals();
    const owners = [...new Set([...this.#disk.keys(), ...traffic.keys()])].filter(isApp);
    const all = owners.map((owner): Measured => {
      const [disk, bytes] = [this.#disk.get(owner), traffic.get(owner)];
      return { owner, ...(disk && { disk }), ...(bytes !== undefined && { traffic: bytes }) };
    });
    return all.filter((one) => this.#told.get(one.owner) !== JSON.stringify(one));
  }

  #remember(owners: readonly Measured[]): void {
    for (const one of owners) this.#told.set(one.owner, JSON.stringify(one));
  }
}

/** Those in the trash too. */
function allOwners({ store, system }: Workshop): OwnerKey[] {
  const owners = [
    ...store.owners.list().map(({ owner }) => owner),
    ...store.trash.before(system.clock.now() + 1).map(({ owner }) => owner),
  ];
  return [...new Set(owners)].filter(isApp);
}

function isApp(owner: OwnerKey): boolean {
  return owner.startsWith('app:');
}

/** Made anew with a new store: the sums begin at 0 again. */
function findEpoch({ store }: Workshop): string {
  const known = store.settings.find('usageEpoch');
  if (known) return known;
  const made = randomUUID();
  store.settings.save('usageEpoch', made);
  return made;
}
