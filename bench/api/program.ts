import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { memoryEnvironment, memoryFlags } from '../../kernel/launcher/services/server-memory.ts';

export interface Program extends AsyncDisposable {
  /** Its address, as it said when it was ready. */
  readonly api: string;
  readonly pid: number;
}

const root = join(import.meta.dirname, '../..');

/**
 * Runs a program of ours as a process of its own until it is disposed of. It has the memory of a server and what it logs
 * goes to a file, as in an installation.
 */
export async function startProgram(
  path: string,
  { environment, logFile }: { environment: NodeJS.ProcessEnv; logFile: string },
): Promise<Program> {
  const child = spawn(process.execPath, [...memoryFlags, join(root, path)], {
    env: { ...process.env, ...memoryEnvironment, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(createWriteStream(logFile, { flags: 'a' }));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const { ready, api } = JSON.parse(line) as { ready?: boolean; api: string };
    if (ready) return { api, pid: child.pid ?? 0, [Symbol.asyncDispose]: end };
  }
  throw new Error(`${path} ended before it was ready; ${logFile} says why`);
}
