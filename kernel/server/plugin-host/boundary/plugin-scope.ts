import { AsyncLocalStorage } from 'node:async_hooks';

/** Which plugin of which host the running code belongs to. It follows timers, promises and sockets that the code starts. */
export interface PluginScope {
  readonly plugin: string;
  /** Told of an error that nobody waits for: a promise that is not awaited, a throw in a timer. */
  readonly onEscaped: (error: unknown) => void;
}

const scopes = new AsyncLocalStorage<PluginScope>();
let holders = 0;

export function runInScope<Result>(scope: PluginScope, run: () => Result): Result {
  return scopes.run(scope, run);
}

/**
 * Keeps errors that a plugin lets escape from ending the process. Errors of nobody's scope end it as ever, unless
 * somebody else listens to them.
 *
 * @returns a function that lets go
 */
export function containEscapes(): () => void {
  if (holders++ === 0) for (const event of EVENTS) process.on(event, handlers[event]);
  let held = true;
  return () => {
    if (held && --holders === 0) for (const event of EVENTS) process.off(event, handlers[event]);
    held = false;
  };
}

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;
const handlers = {
  uncaughtException: (error: unknown) => handleEscape(error, 'uncaughtException'),
  unhandledRejection: (error: unknown) => handleEscape(error, 'unhandledRejection'),
};

function handleEscape(error: unknown, event: (typeof EVENTS)[number]): void {
  const scope = scopes.getStore();
  if (scope) scope.onEscaped(error);
  else if (process.listenerCount(event) === 1) throw error;
}
