import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Context } from './context.ts';
import { exitCodes, ProblemError, usageProblem } from './problem.ts';

/** Whether there is somebody to ask. */
export function canAsk({ output }: Context): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && !output.json;
}

/** Asks for a line. */
export async function ask(context: Context, question: string): Promise<string> {
  return (await read(context, question, false)).trim();
}

/** Asks for a line that is not shown while it is typed. */
export async function askSecret(context: Context, question: string): Promise<string> {
  return read(context, question, true);
}

export async function readStandardInput(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

/**
 * Goes on only when a person agrees, or said `--yes` beforehand. `consequences` says what is lost, and for how long it can
 * be taken back.
 */
export async function confirm(
  context: Context,
  { question, consequences, yes }: { question: string; consequences: string; yes?: boolean },
): Promise<void> {
  if (yes) return;
  if (!canAsk(context))
    throw usageProblem(`Nothing was done. ${consequences}`, 'Nobody can be asked here: give --yes if you are sure.');
  context.output.note(consequences);
  const answer = await ask(context, `${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer))
    throw new ProblemError(
      { code: 'not-confirmed', title: 'Not confirmed', detail: 'Nothing was done.' },
      exitCodes.failed,
    );
}

async function read({ signal }: Context, question: string, secret: boolean): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (secret) process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, output: secret ? silent : process.stderr, terminal: true });
  try {
    // readline takes the terminal's Ctrl-C for itself.
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    return await lines.question(secret ? '' : question, { signal });
  } finally {
    lines.close();
    if (secret) process.stderr.write('\n');
  }
}
