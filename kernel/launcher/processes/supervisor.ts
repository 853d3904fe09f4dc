import { setTimeout as delay } from 'node:timers/promises';
import { describeExit, type Exit, type RunningProcess } from './child.ts';

/** A process that shall run as long as the installation does. */
export interface Service {
  /** In the records of processes: `postgres`. */
  readonly name: string;
  /** What people call it: `database`. */
  readonly title: string;
  /** Starts it; resolves when it is ready. */
  start(): Promise<RunningProcess>;
  /** Ends it; `hurry` is aborted when nobody wants to wait. */
  stop(process: RunningProcess, hurry: AbortSignal): Promise<void>;
  /** Ends what it left, when everything stops while it does not run: it was killed and has not come back. */
  stopWithout?(): Promise<void>;
}

export interface SupervisorEvents {
  /** It runs with this pid now; undefined: it does not run. */
  readonly onChange: (pid: number | undefined) => Promise<void>;
  readonly say: (text: string) => void;
}

const DELAYS = [200, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** Who ran this long is healthy: the next end is a new story. */
const HEALTHY = 60_000;

/** Keeps one service running until it is stopped. */
export class Supervisor {
  readonly #service: Service;
  readonly #events: SupervisorEvents;
  readonly #stopping = new AbortController();
  #running: RunningProcess | undefined;
  #watch: Promise<void> = Promise.resolve();

  constructor(service: Service, events: SupervisorEvents) {
    this.#service = service;
    this.#events = events;
  }

  /** Starts it for the first time; a failure is the caller's. */
  async start(): Promise<void> {
    await this.#startOnce();
    this.#watch = this.#keepRunning();
  }

  /** From now on nobody starts it again. */
  giveUp(): void {
    this.#stopping.abort();
  }

  async stop(hurry: AbortSignal): Promise<void> {
    this.giveUp();
    const running = this.#running;
    if (running) await this.#service.stop(running, hurry);
    await this.#watch;
    if (!running) await this.#service.stopWithout?.();
    await this.#events.onChange(undefined);
  }

  async #keepRunning(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      const startedAt = Date.now();
      const exit = await this.#running?.exited;
      this.#running = undefined;
      if (this.#stopping.signal.aborted) return;
      if (Date.now() - startedAt > HEALTHY) failures = 0;
      await this.#events.onChange(undefined);
      failures = await this.#startAgain(failures, exit);
    }
  }

  /** Tries until it runs or is to stop; gives the number of failures in a row. */
  async #startAgain(before: number, exit: Exit | undefined): Promise<number> {
    let reason = `The ${this.#service.title} ended unexpectedly (${exit ? describeExit(exit) : 'it was not there'}).`;
    for (let failures = before; ; failures++) {
      const wait = DELAYS[Math.min(failures, DELAYS.length - 1)] as number;
      this.#events.say(`${reason} Starting it again${wait >= 1_000 ? ` in ${wait / 1_000} s` : ''}.`);
      await delay(wait, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return failures;
      try {
        await this.#startOnce();
        this.#events.say(`The ${this.#service.title} runs again.`);
        return failures + 1;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
  }

  async #startOnce(): Promise<void> {
    this.#running = await this.#service.start();
    await this.#events.onChange(this.#running.pid);
  }
}

/** Asks a process to end, and ends it when its time is over, or soon when somebody is in a hurry. */
export async function endProcess(
  { exited, kill }: RunningProcess,
  { patience, hurried, hurry }: { patience: number; hurried: number; hurry: AbortSignal },
): Promise<void> {
  kill('SIGTERM');
  const over = new AbortController();
  const slow = delay(patience, undefined, { signal: over.signal });
  const hasty = untilAborted(hurry, over.signal).then(() => delay(hurried, undefined, { signal: over.signal }));
  const ended = await Promise.race([exited.then(() => true), slow.then(() => false), hasty.then(() => false)]);
  over.abort();
  await Promise.allSettled([slow, hasty]);
  if (!ended) kill('SIGKILL');
  await exited;
}

function untilAborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(), { once: true, signal: over });
    over.addEventListener('abort', () => reject(over.reason), { once: true });
  });
}
