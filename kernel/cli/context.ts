import { ApiClient } from './api-client.ts';
import { findConnection } from './connection.ts';
import { Output } from './output/output.ts';
import { makeProgress, type Progress } from './output/progress.ts';
import { exitCodes, ProblemError } from './problem.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly api?: string;
  readonly token?: string;
  readonly home?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly debug?: boolean;
}

/** What a command works with. */
export interface Context {
  readonly options: GlobalOptions;
  readonly output: Output;
  readonly progress: Progress;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The API, signed in. */
  connect(): Promise<ApiClient>;
}

export function makeContext(options: GlobalOptions, signal: AbortSignal): Context {
  const output = new Output(options);
  return { options, output, progress: makeProgress(output), signal, connect: () => connect(options) };
}

async function connect(options: GlobalOptions): Promise<ApiClient> {
  const connection = await findConnection(options);
  if (!connection.token)
    throw new ProblemError(
      {
        code: 'not-signed-in',
        title: 'Not signed in',
        detail: `You are not signed in to ${connection.api}.`,
        remedy: 'Run freehold login, or give an API token with --token or FREEHOLD_TOKEN.',
      },
      exitCodes.forbidden,
    );
  return new ApiClient(connection);
}
