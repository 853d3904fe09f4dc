import { randomUUID } from 'node:crypto';
import type { ExchangeRequest, ExchangeResponse, NodeSettings, Work } from '@freehold/sdk/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../system/system.ts';
import { type ExchangeLink, LinkError } from './exchange-link.ts';
import type { Facts } from './facts.ts';
import type { ReportQueue } from './report-queue.ts';

export interface ExchangeLoopParts {
  readonly link: ExchangeLink;
  readonly reports: ReportQueue;
  readonly clock: Clock;
  readonly log: Logger;
  /** Keys of the work in hand. */
  inHand(): readonly string[];
  accept(work: Work): void;
  cancel(key: string): void;
  configure(settings: NodeSettings): void;
  readonly facts: Facts;
}

/** Seconds that an answer without work may take. */
const WAIT = 30;
/** Milliseconds. */
const BRIEF = 100;
/** Milliseconds until a failed request is tried again: doubled each time, with a spread so that nodes do not come all at once. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 10_000;

/**
 * The conversation with the server, in two lanes: one asks for work and waits for it, the other brings reports at once. Nothing
 * depends on an answer arriving: what is lost is asked for, or told, again.
 */
export class ExchangeLoop {
  readonly #parts: ExchangeLoopParts;
  readonly #boot = randomUUID();
  readonly #ended = new AbortController();
  #poll = new AbortController();
  #lanes: Promise<unknown> = Promise.resolve();
  #settingsVersion: string | undefined;

  constructor(parts: ExchangeLoopParts) {
    this.#parts = parts;
  }

  /** Says hello, and returns when the server has answered once. */
  async begin(): Promise<void> {
    await this.#persistently(() => this.#exchange({ wait: 0, signal: this.#ended.signal }));
  }

  /** Goes on until it is stopped. */
  run(): void {
    this.#lanes = Promise.all([this.#askForWork(), this.#bringReports()]);
  }

  /** The work in hand is another one: the server should know before it answers. */
  refresh(): void {
    this.#poll.abort();
  }

  /** Brings the last reports, when the server is there to take them, and ends. */
  async stop(): Promise<void> {
    this.#ended.abort();
    this.#poll.abort();
    await this.#lanes;
    try {
      const signal = AbortSignal.timeout(2000);
      for (let left = 10; left > 0 && this.#parts.reports.next(); left--) await this.#exchange({ wait: 0, signal });
    } catch (cause) {
      this.#parts.log.info({ cause: String(cause) }, 'the last reports are kept for the next start');
    }
  }

  async #askForWork(): Promise<void> {
    const { clock, inHand } = this.#parts;
    while (!this.#ended.signal.aborted) {
      this.#poll = new AbortController();
      const signal = AbortSignal.any([this.#poll.signal, this.#ended.signal]);
      const [start, before] = [clock.now(), String(inHand())];
      await this.#persistently(() => this.#exchange({ wait: WAIT, signal }), signal);
      // A server that answers at once and has nothing new must not keep both busy.
      const isIdle = clock.now() - start < BRIEF && String(inHand()) === before;
      if (isIdle && !signal.aborted) await clock.pause(BRIEF, signal).catch(() => undefined);
    }
  }

  async #bringReports(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await this.#parts.reports.awaitNews(signal);
      if (!signal.aborted) await this.#persistently(() => this.#exchange({ wait: 0, signal }));
    }
  }

  /** Reports travel with requests that do not wait: the answer says that they were taken. */
  async #exchange({ wait, signal }: { wait: number; signal: AbortSignal }): Promise<void> {
    const { link, reports, inHand, facts } = this.#parts;
    const news = await facts.findNews();
    const parcel = wait === 0 ? reports.next() : undefined;
    const request: ExchangeRequest = {
      protocol: 1,
      boot: this.#boot,
      reports: parcel?.reports ?? [],
      inHand: [...new Set([...inHand(), ...reports.unreported()])],
      wait,
      ...(this.#settingsVersion !== undefined && { settingsVersion: this.#settingsVersion }),
      ...(news ? { facts: news } : {}),
    };
    const response = await link.exchange(request, signal);
    if (news) facts.saveTold(news);
    if (parcel) {
      parcel.accepted();
      if (parcel.reports.some(freesWork)) this.refresh();
    }
    this.#take(response);
  }

  #take({ settings, settingsVersion, cancelled, work }: ExchangeResponse): void {
    this.#parts.configure(settings);
    this.#settingsVersion = settingsVersion;
    for (const key of cancelled) this.#parts.cancel(key);
    for (const piece of work) this.#parts.accept(piece);
  }

  /** Tries until it works or is not wanted any more. */
  async #persistently(attempt: () => Promise<void>, signal = this.#ended.signal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        return await attempt();
      } catch (cause) {
        if (signal.aborted) return;
        this.#complain(cause, failures);
        const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures) * (0.5 + Math.random() / 2);
        await this.#parts.clock.pause(delay, signal).catch(() => undefined);
      }
    }
  }

  /** Once for a series of failures, unless the server refuses this node. */
  #complain(cause: unknown, failures: number): void {
    const { log } = this.#parts;
    if (cause instanceof LinkError && (cause.status === 401 || cause.status === 403))
      log.error({ cause: cause.message }, 'the server does not know this node any more');
    else if (failures === 0) log.warn({ cause: String(cause) }, 'the server cannot be reached');
  }
}

/** The server may want to send the same work again, which it does not as long as it thinks it in hand. */
function freesWork(report: ExchangeRequest['reports'][number]): boolean {
  return report.kind === 'applied' && report.outcome.kind === 'retry';
}
