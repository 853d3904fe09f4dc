import type { Log } from '../log/logger.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { Notifications } from '../store/notifications.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { type ChainHead, chainStart, ENTRY_TEXT, linkEntry, proveCheckpoint } from './audit-chain.ts';
import type { AuditHead } from './audit-head.ts';

/** Entries that are linked in one transaction. */
const BATCH = 500;
/** Milliseconds between an entry and its seal, so that many are sealed together. */
const DELAY = 100;
/** Milliseconds after which it looks by itself: a notification may have come while another server held the lock and died. */
const INTERVAL = 10_000;

/**
 * Links entries into the chain after they were committed, one server at a time. Doing it in the transaction of a change would make all
 * changes of the installation wait for one another, and what it would gain is less than a second.
 */
export class AuditSealer {
  readonly #needs: Needs;
  #running: Promise<void> = Promise.resolve();
  #due: NodeJS.Timeout | undefined;
  #stop: (() => void) | undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Seals what comes, within a moment. */
  start(): void {
    const timer = setInterval(() => this.#want(), INTERVAL).unref();
    const forget = this.#needs.notifications.on('freehold_audit', () => this.#want());
    this.#stop = () => {
      clearInterval(timer);
      forget();
    };
    this.#want();
  }

  /** Waits for what it is doing. */
  async stop(): Promise<void> {
    this.#stop?.();
    this.#stop = undefined;
    clearTimeout(this.#due);
    this.#due = undefined;
    await this.#running;
  }

  /** Seals all that is committed. Gives the end of the chain. */
  async seal(): Promise<ChainHead> {
    const { store, head } = this.#needs;
    for (;;) {
      const { end, more } = await store.transaction((tx) => this.#sealBatch(tx));
      if (end.number > 0) await head.record(end);
      if (!more) return end;
    }
  }

  /** Lets go of entries that are older than this; the chain goes on from a checkpoint. Gives how many. */
  async prune(before: Date): Promise<number> {
    const { store, keyring, clock } = this.#needs;
    await this.seal();
    return store.transaction(async (tx) => {
      await lockChain(tx);
      const last = await findLastBefore(tx, before);
      if (!last) return 0;
      const proof = proveCheckpoint(keyring, last);
      await tx.execute('delete from kernel.audit_checkpoint');
      await tx.execute(
        `insert into kernel.audit_checkpoint (number, link, proof, at) values (?, decode(?, 'hex'), decode(?, 'hex'), ?)`,
        [last.number, last.link.toString('hex'), proof.toString('hex'), clock.now()],
      );
      await tx.execute(`select set_config('freehold.audit_retention', 'over', true)`);
      const gone = await tx.execute('delete from kernel.audit_entry where number <= ? returning 1', [last.number]);
      return gone.length;
    });
  }

  /** Waits a moment for more: a busy installation then seals many at once. */
  #want(): void {
    if (this.#due !== undefined || !this.#stop) return;
    this.#due = setTimeout(() => this.#run(), DELAY).unref();
  }

  #run(): void {
    this.#running = this.#running.then(async () => {
      this.#due = undefined;
      await this.seal().catch((error) => this.#needs.log.warn({ err: error }, 'audit entries not sealed'));
    });
  }

  async #sealBatch(tx: Transaction): Promise<{ end: ChainHead; more: boolean }> {
    await lockChain(tx);
    const start = await loadHead(tx);
    const entries = await tx.execute<{ id: string; text: string }[]>(
      `with unsealed as (select id, ${ENTRY_TEXT} as text from kernel.audit_entry where number is null order by id limit ?)
       select * from unsealed order by id`,
      [BATCH],
    );
    let end = start;
    const links = entries.map(({ id, text }) => {
      end = linkEntry(this.#needs.keyring, end, text);
      return { id, number: end.number, link: end.link.toString('hex') };
    });
    if (links.length > 0)
      await tx.execute(
        `update kernel.audit_entry as entry set number = seal.number, link = decode(seal.link, 'hex')
         from jsonb_to_recordset(?::jsonb) as seal (id text, number bigint, link text) where entry.id = seal.id`,
        [JSON.stringify(links)],
      );
    return { end, more: entries.length === BATCH };
  }
}

/** Of servers that seal at once, one does and the others wait. */
async function lockChain(tx: Transaction): Promise<void> {
  await tx.execute(`select pg_advisory_xact_lock(hashtextextended('audit chain', 0))`);
}

async function loadHead(tx: Transaction): Promise<ChainHead> {
  const [head] = await tx.execute<{ number: string; link: Buffer }[]>(
    `(select number, link from kernel.audit_entry where number is not null order by number desc limit 1)
     union all select number, link from kernel.audit_checkpoint order by number desc limit 1`,
  );
  return head ? { number: Number(head.number), link: head.link } : chainStart;
}

/** The last entry before the first one that is young enough to stay. */
async function findLastBefore(tx: Transaction, before: Date): Promise<ChainHead | undefined> {
  const [last] = await tx.execute<{ number: string; link: Buffer }[]>(
    `select number, link from kernel.audit_entry
     where number < coalesce((select min(number) from kernel.audit_entry where at >= ?), 'infinity'::float8)
     order by number desc limit 1`,
    [before],
  );
  return last && { number: Number(last.number), link: last.link };
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly notifications: Notifications;
  readonly head: AuditHead;
}
