import type { TestClock } from '@freehold/sdk/testing';
import { Cron } from 'croner';
import type { Server } from '../../server/server.ts';
import type { SimulatedMachine } from '../machine/index.ts';

export interface TimeParts {
  readonly machine: SimulatedMachine;
  readonly server: Server;
  /** The agent asks again now and then, whatever it was told. */
  readonly ask: () => void;
  readonly converge: () => Promise<void>;
}

/** The time of a kernel, which goes from one thing that is due to the next. */
export class KernelTime implements TestClock {
  readonly #parts: TimeParts;

  constructor(parts: TimeParts) {
    this.#parts = parts;
  }

  get now(): Date {
    return new Date(this.#parts.machine.clock.now());
  }

  async advance(time: number | string): Promise<void> {
    const { machine, ask, converge } = this.#parts;
    const { clock } = machine;
    const end = clock.now() + toMilliseconds(time);
    for (;;) {
      const now = clock.now();
      const jobs = this.#dueJobs(now);
      const retry = await this.#nextRetry();
      const next = Math.min(clock.next ?? end, retry ?? end, ...jobs.map(({ at }) => at), end);
      await clock.advance(Math.max(0, next - now));
      for (const job of jobs) if (job.at <= clock.now()) await job.run();
      // Retries are the server's: it knows of them when it is asked.
      if (next >= end || (retry !== undefined && retry <= next)) ask();
      await converge();
      if (next >= end) return;
    }
  }

  #dueJobs(now: number): { at: number; run: () => Promise<void> }[] {
    return this.#parts.server.foundation.plugins.jobs().flatMap(({ schedule, run }) => {
      const next = new Cron(schedule, { paused: true, timezone: 'UTC' }).nextRun(new Date(now));
      return next ? [{ at: next.getTime(), run }] : [];
    });
  }

  async #nextRetry(): Promise<number | undefined> {
    const { rows } = await this.#parts.server.foundation.store.pool.query(
      'select min(retry_at) as at from kernel.reconciliation where retry_at > $1',
      [this.now],
    );
    return rows[0].at ? new Date(rows[0].at).getTime() : undefined;
  }
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function toMilliseconds(time: number | string): number {
  if (typeof time === 'number' && time >= 0) return time;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(time)) ?? [];
  const scale = UNITS[unit];
  if (number === undefined || scale === undefined)
    throw new Error(`${JSON.stringify(time)} is no time: milliseconds, or 90s, 5m, 1h, 2d.`);
  return Number(number) * scale;
}
