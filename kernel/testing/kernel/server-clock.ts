import type { Clock } from '../../server/time/clock.ts';
import type { SimulatedClock } from '../machine/simulated-clock.ts';

/** The server's view of the time of a machine, so that server and agent live in the same time. A server outlives machines. */
export class ServerClock implements Clock {
  #clock: SimulatedClock;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  follow(clock: SimulatedClock): void {
    this.#clock = clock;
  }

  now(): Date {
    return new Date(this.#clock.now());
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const end = () => {
        appointment.close();
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const appointment = this.#clock.after(milliseconds, end);
      signal?.addEventListener('abort', end);
    });
  }
}
