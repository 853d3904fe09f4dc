import type { Notifications } from '../store/notifications.ts';
import type { Clock } from '../time/clock.ts';

export interface Waiting<T> {
  /** What the notification says when there may be something to find. */
  readonly payload: string;
  readonly find: () => Promise<T | undefined>;
  readonly milliseconds: number;
  readonly signal?: AbortSignal;
}

/**
 * Looks, and looks again whenever somebody says that there may be something, until the time is over. Listening starts before the
 * first look, so that nothing is missed in between.
 */
export async function waitFor<T>(
  { notifications, clock, stopping }: { notifications: Notifications; clock: Clock; stopping: AbortSignal },
  { payload, find, milliseconds, signal }: Waiting<T>,
): Promise<T | undefined> {
  const over = new AbortController();
  const until = AbortSignal.any([over.signal, stopping, ...(signal ? [signal] : [])]);
  let called = Promise.withResolvers<void>();
  const call = () => called.resolve();
  until.addEventListener('abort', call);
  const forget = notifications.on('freehold_answer', (said) => {
    if (said === undefined || said === payload) call();
  });
  void clock.sleep(milliseconds, until).then(() => over.abort());
  try {
    for (;;) {
      called = Promise.withResolvers();
      const found = await find();
      if (found !== undefined || until.aborted) return found;
      await called.promise;
    }
  } finally {
    forget();
    over.abort();
  }
}
