import type { Clock } from '../time/clock.ts';

export interface TimeLimit {
  readonly clock: Clock;
  readonly milliseconds: number;
  /** Ends the wait before its time. */
  readonly stopping?: AbortSignal;
}

/**
 * Waits for an answer, but not longer than the limit. The signal is aborted when the time is over; an answer or an error
 * that comes later is ignored.
 *
 * @throws an error with the name `TimeoutError`, or whatever the function throws
 */
export async function withTimeLimit<Answer>(
  { clock, milliseconds, stopping }: TimeLimit,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const controller = new AbortController();
  const answered = new AbortController();
  const stopped = stopping ? AbortSignal.any([stopping, answered.signal]) : answered.signal;
  const over = clock.sleep(milliseconds, stopped).then(() => {
    const reason = stopping?.aborted
      ? new DOMException('The server stops', 'AbortError')
      : new DOMException('The time is over', 'TimeoutError');
    if (!answered.signal.aborted) controller.abort(reason);
    throw reason;
  });
  try {
    return await Promise.race([run(controller.signal), over]);
  } finally {
    answered.abort();
    over.catch(() => undefined);
  }
}
