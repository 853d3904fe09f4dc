import type { Pool, PoolClient } from 'pg';
import type { Log } from '../log/logger.ts';
import type { Transaction } from './store.ts';

/** What servers tell each other the moment a transaction commits. Payloads are at most 8000 bytes. */
export const channels = [
  'freehold_work',
  'freehold_event',
  'freehold_progress',
  'freehold_answer',
  'freehold_webhook',
  'freehold_setting',
  'freehold_access',
  'freehold_audit',
] as const;
export type Channel = (typeof channels)[number];

/** `undefined`: something may have been missed, so look yourself. */
export type Listener = (payload: string | undefined) => void;

/** Tells all servers when, and only if, the transaction commits. */
export async function notify(tx: Transaction, channel: Channel, payload: string): Promise<void> {
  await tx.execute('select pg_notify(?, ?)', [channel, payload]);
}

/**
 * One connection that listens for all channels. When it breaks it is made anew, and every listener is told that it may have missed
 * something. So it is when it does not answer: a machine that is gone says nothing, and what was ended there must not go on here.
 * Notifications only ever wake somebody up: the truth is in the tables.
 */
export class Notifications {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #heartbeat: number;
  readonly #listeners = new Map<Channel, Set<Listener>>(channels.map((channel) => [channel, new Set()]));
  #client: PoolClient | undefined;
  #closed = false;
  #watch: NodeJS.Timeout | undefined;
  #flushed: Promise<unknown> = Promise.resolve();

  /** @param heartbeat - milliseconds after which it is asked whether it still hears, and in which it must answer */
  constructor(pool: Pool, log: Log, { heartbeat = 2_000 } = {}) {
    this.#pool = pool;
    this.#log = log;
    this.#heartbeat = heartbeat;
  }

  async open(): Promise<void> {
    const client = await this.#pool.connect();
    client.on('notification', ({ channel, payload }) => this.#tell(channel as Channel, payload));
    client.on('error', (error) => void this.#lose(client, error));
    await client.query(channels.map((channel) => `listen ${channel}`).join('; '));
    // It only ever wakes somebody up: it is no reason for a process to live on. The answer to the query was one: a server
    // that starts has nothing else to wait for.
    (client as PoolClient & { unref(): void }).unref();
    this.#client = client;
    this.#watch ??= setInterval(() => void this.#check(), this.#heartbeat).unref();
  }

  /** Gives the function that ends it. */
  on(channel: Channel, listener: Listener): () => void {
    this.#listeners.get(channel)?.add(listener);
    return () => this.#listeners.get(channel)?.delete(listener);
  }

  /** Returns when all that was told before this call has been heard: they come before the answer on the same connection. */
  async flush(): Promise<void> {
    const flushed = this.#flushed.then(() => this.#client?.query('select'));
    this.#flushed = flushed.catch(() => undefined);
    await flushed;
  }

  /** Something may have been missed: everybody looks for themselves. */
  missed(): void {
    for (const channel of channels) this.#tell(channel, undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    client.removeAllListeners('notification');
    (client as PoolClient & { ref(): void }).ref();
    await client.query('unlisten *').catch(() => undefined);
    client.release();
  }

  #tell(channel: Channel, payload: string | undefined): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener(payload);
  }

  async #check(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    const asked = performance.now();
    const silence = new Promise((resolve) => setTimeout(resolve, this.#heartbeat, 'silent').unref());
    const answer = await Promise.race([this.flush().catch(() => undefined), silence]);
    // Who was late for the alarm may have slept through the answer, too.
    const wasAwake = performance.now() - asked < this.#heartbeat * 1.5;
    if (answer === 'silent' && wasAwake) await this.#lose(client, new Error('It does not answer.'));
  }

  async #lose(client: PoolClient, error: Error): Promise<void> {
    if (client !== this.#client) return;
    this.#client = undefined;
    client.release(error);
    this.#flushed = Promise.resolve();
    this.#log.warn({ err: error }, 'listening connection lost');
    this.missed();
    for (let wait = 100; !this.#closed; wait = Math.min(wait * 2, 5_000)) {
      try {
        await this.open();
        return this.missed();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, wait).unref());
      }
    }
  }
}
