import { Operation, type OperationLogLine } from '../store/entities/index.ts';
import type { OperationId } from '../store/ids.ts';
import type { Notifications } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';
import { loadLog } from './operation-log.ts';

/** Tells the log of an operation while it is written. */
export class LogFollower {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** All lines, until the operation has ended or the signal says so. */
  async *follow(id: OperationId, signal: AbortSignal): AsyncGenerator<OperationLogLine> {
    const { store, notifications, stopping } = this.#needs;
    const until = AbortSignal.any([signal, stopping]);
    let called = Promise.withResolvers<void>();
    const call = () => called.resolve();
    until.addEventListener('abort', call);
    const forget = [
      notifications.on('freehold_answer', (said) => (said === undefined || said === id) && call()),
      notifications.on('freehold_event', call),
    ];
    try {
      for (let last = 0; !until.aborted; ) {
        called = Promise.withResolvers();
        // First whether it has ended and then its lines: what is written between the two is not missed.
        const { state } = await store.reader().findOneOrFail(Operation, { id });
        const lines = await loadLog(store.reader(), id, last);
        yield* lines;
        last = lines.at(-1)?.number ?? last;
        if (lines.length > 0) continue;
        if (state !== 'pending' && state !== 'running') return;
        await called.promise;
      }
    } finally {
      for (const stop of forget) stop();
    }
  }
}

interface Needs {
  readonly store: Store;
  readonly notifications: Notifications;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}
