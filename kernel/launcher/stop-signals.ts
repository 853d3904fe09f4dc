export interface StopSignals {
  /** Aborted by the first Ctrl-C, SIGTERM, or when the terminal goes. */
  readonly stop: AbortSignal;
  /** Aborted by the second: nobody wants to wait. */
  readonly hurry: AbortSignal;
}

/** npm passes on the Ctrl-C that the terminal has sent to us already: what follows at once is the same one. */
const SAME = 1_000;

export function catchStopSignals(onStop: (again: boolean) => void): StopSignals {
  const stop = new AbortController();
  const hurry = new AbortController();
  let stoppedAt = 0;
  const caught = () => {
    if (!stop.signal.aborted) {
      stoppedAt = Date.now();
      onStop(false);
      stop.abort(new Error('The start was stopped.'));
    } else if (Date.now() - stoppedAt > SAME && !hurry.signal.aborted) {
      onStop(true);
      hurry.abort();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, caught);
  return { stop: stop.signal, hurry: hurry.signal };
}
