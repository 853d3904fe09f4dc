import type { Command } from 'commander';
import { type Context, type GlobalOptions, makeContext } from './context.ts';
import type { ExitCode } from './problem.ts';

export type Handler<Options, Args extends readonly unknown[]> = (
  context: Context,
  options: Options,
  ...args: Args
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing has done its work.
) => Promise<ExitCode | void>;

/** Turns a handler into what commander calls: with a context, Ctrl-C as a signal, and an exit code as its answer. */
export function handle<Options, Args extends readonly unknown[]>(handler: Handler<Options, Args>) {
  return async (...parameters: unknown[]): Promise<void> => {
    const command = parameters.at(-1) as Command;
    const context = makeContext(command.optsWithGlobals<GlobalOptions>(), interruptSignal());
    const code = await handler(context, command.opts() as Options, ...(command.processedArgs as unknown as Args));
    if (code !== undefined) process.exitCode = code;
  };
}

/** The first Ctrl-C ends what waits; who does not end within a second, or is interrupted again, is ended. */
function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  process.once('SIGINT', () => {
    interrupt.abort();
    setTimeout(() => process.exit(130), 1_000).unref();
    process.once('SIGINT', () => process.exit(130));
  });
  return interrupt.signal;
}
