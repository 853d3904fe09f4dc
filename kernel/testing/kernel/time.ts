import type { TestClock } from '@freehold/sdk/testing';
import { Cron } from 'croner';
import { BackgroundTasks } from '../../server/jobs/tasks.ts';
import type { Server } from '../../server/server.ts';
import type { SimulatedMachine } from '../machine/index.ts';
import type { BellLink } from './bell-link.ts';
import type { MortalAgent } from './mortal-agent.ts';

export interface TimeParts {
  readonly machine: SimulatedMachine;
  readonly server: Server;
  readonly link: BellLink;
  readonly agent: MortalAgent;
  readonly converge: () => Promise<void>;
}

interface DueJob {
  readonly at: number;
  readonly run: () => Promise<void>;
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
    const { clock } = this.#parts.machine;
    const end = clock.now() + toMilliseconds(time);
    let retry = await this.#nextRetry();
    for (let reached = clock.now(); reached < end; ) {
      const jobs = this.#nextJobs(reached);
      const next = Math.min(clock.next ?? end, retry ?? end, ...jobs.map(({ at }) => at), end);
      const due = jobs.filter(({ at }) => at === next);
      reached = Math.max(reached, next);
      if (await this.#goTo(reached, { due, isRetry: retry !== undefined && retry <= next }))
        retry = await this.#nextRetry();
    }
    await this.#parts.server.get(BackgroundTasks).purge();
    this.#parts.link.ring();
    await this.#parts.converge();
  }

  /** Lets what is due then happen. Most of it concerns the node alone: the server is bothered, and true is given, when it does not. */
  async #goTo(moment: number, { due, isRetry }: { due: readonly DueJob[]; isRetry: boolean }): Promise<boolean> {
    const { machine, link, agent, converge } = this.#parts;
    const before = link.records.progress;
    await machine.clock.advance(Math.max(0, moment - machine.clock.now()));
    for (const { run } of due) await run();
    if (link.reachability.isOpen) await agent.settled();
    if (due.length === 0 && !isRetry && link.records.progress === before) return false;
    if (isRetry) link.ring();
    await converge();
    return true;
  }

  #nextJobs(from: number): DueJob[] {
    return this.#parts.server.foundation.plugins.jobs().flatMap(({ schedule, run }) => {
      const next = new Cron(schedule, { paused: true, timezone: 'UTC' }).nextRun(new Date(from));
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
