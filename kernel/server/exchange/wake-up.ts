import type { NodeId } from '../store/ids.ts';
import type { Notifications } from '../store/notifications.ts';
import type { Clock } from '../time/clock.ts';

interface Needs {
  readonly clock: Clock;
  readonly notifications: Notifications;
  readonly stopping: AbortSignal;
}

interface Waiting {
  readonly node: NodeId;
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/**
 * Holds back an answer until there is a reason to look again. It listens from the start: a call that comes while somebody looks makes
 * the next wait end at once.
 */
export class WakeUp {
  readonly #needs: Needs;
  readonly #over = new AbortController();
  readonly #until: AbortSignal;
  readonly #forget: () => void;
  #called = Promise.withResolvers<void>();

  constructor(needs: Needs, { node, milliseconds, signal }: Waiting) {
    this.#needs = needs;
    this.#until = AbortSignal.any([this.#over.signal, needs.stopping, signal]);
    this.#until.addEventListener('abort', () => this.#called.resolve());
    this.#forget = needs.notifications.on('freehold_work', (payload) => {
      if (payload === undefined || payload === node) this.#called.resolve();
    });
    void needs.clock.sleep(milliseconds, this.#until).then(() => this.#over.abort());
  }

  /** Whether the time is over, or nobody waits any more. */
  get isOver(): boolean {
    return this.#until.aborted;
  }

  /** Until a call, the time that is given, or the end. */
  async wait(at: Date | undefined): Promise<void> {
    const heard = new AbortController();
    const { clock } = this.#needs;
    const called = this.#called.promise;
    const due = at === undefined ? [] : [clock.sleep(Math.max(0, at.getTime() - clock.now().getTime()), heard.signal)];
    await Promise.race([called, ...due]);
    heard.abort();
    this.#called = Promise.withResolvers();
    if (this.isOver) this.#called.resolve();
  }

  end(): void {
    this.#forget();
    this.#over.abort();
  }
}
