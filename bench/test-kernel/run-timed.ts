import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Timed {
  /** Milliseconds of the whole process. */
  readonly process: number;
  readonly loaded: number;
  readonly made: number;
}

/** Runs a program that says how long its parts took. */
export async function runTimed(program: string, environment: NodeJS.ProcessEnv): Promise<Timed> {
  const start = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { ...process.env, ...environment },
  });
  return { process: performance.now() - start, ...JSON.parse(stdout) };
}
