import { setImmediate as turn } from 'node:timers/promises';
import type { Clock, Watch } from '../../agent/system/system.ts';

interface Appointment {
  readonly at: number;
  readonly call: () => void;
}

/** Time that stands still until a test moves it, and jumps where the agent waits as a part of its work. */
export class SimulatedClock implements Clock {
  readonly #appointments = new Set<Appointment>();
  #now: number;

  constructor(now = Date.UTC(2030, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  async pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#now += milliseconds;
    await turn();
    signal?.throwIfAborted();
  }

  after(milliseconds: number, call: () => void): Watch {
    const appointment = { at: this.#now + Math.max(0, milliseconds), call };
    this.#appointments.add(appointment);
    return { close: () => this.#appointments.delete(appointment) };
  }

  /** Sets the time of a clock on which nobody waits yet. */
  set(now: number): void {
    this.#now = now;
  }

  /** When something is due next; undefined when nothing is. */
  get next(): number | undefined {
    return this.#next?.at;
  }

  /** Lets time pass; what is due happens in order, and each gets a turn of the event loop. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (let next = this.#next; next && next.at <= end; next = this.#next) {
      this.#appointments.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
      await turn();
    }
    this.#now = Math.max(this.#now, end);
  }

  get #next(): Appointment | undefined {
    let first: Appointment | undefined;
    for (const appointment of this.#appointments) if (!first || appointment.at < first.at) first = appointment;
    return first;
  }
}
