import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exitCodes, ProblemError } from '../cli/problem.ts';
import { awaitLockAt } from './lock.ts';
import type { Step } from './steps.ts';

/** Builds the panel when its sources are newer than what was built. A checkout without one has nothing to build. */
export async function buildPanel(checkout: string, step: Step, stop: AbortSignal): Promise<void> {
  const folder = join(checkout, 'ui-shell');
  if (!hasBuild(folder)) return step.skip('there is none yet');
  if (isBuilt(folder)) return step.skip('up to date');
  assertWritable(folder);
  step.update('building');
  // Another installation of the same checkout may start right now, and two would build into the same folder.
  const lock = await awaitLockAt(join(checkout, 'node_modules/.freehold-panel.lock'), stop);
  try {
    if (!isBuilt(folder)) await build(folder);
  } finally {
    lock.release();
  }
}

async function build(folder: string): Promise<void> {
  const state = stateOf(folder);
  // `node --run` is `npm run` without npm, which need not be on the PATH of whoever starts us.
  const options = { cwd: folder, maxBuffer: 16 * 1024 * 1024, env: { ...process.env, NO_COLOR: '1' } };
  await promisify(execFile)(process.execPath, ['--run', 'build'], options).catch((cause) => {
    throw buildFailed(cause, undefined, cause);
  });
  if (existsSync(join(folder, 'dist'))) writeFileSync(stampOf(folder), state);
}

function assertWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw buildFailed(
      { stderr: `You may not write to ${folder}.` },
      'Start once as the owner of the repository.',
      cause,
    );
  }
}

function isBuilt(folder: string): boolean {
  const stamp = stampOf(folder);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === stateOf(folder);
}

function stampOf(folder: string): string {
  return join(folder, 'dist/.built-from');
}

function hasBuild(folder: string): boolean {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).scripts?.build !== undefined;
}

/** Names, sizes and times of all sources, as one hash. */
function stateOf(folder: string): string {
  const hash = createHash('sha256').update(readFileSync(join(folder, '../package-lock.json')));
  for (const path of listSources(folder)) {
    const { size, mtimeMs } = lstatSync(path);
    hash.update(`${path}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

function listSources(folder: string): string[] {
  const children = readdirSync(folder, { withFileTypes: true }).filter(
    ({ name }) => !['dist', 'node_modules'].includes(name),
  );
  children.sort((a, b) => (a.name < b.name ? -1 : 1));
  return children.flatMap((child) =>
    child.isDirectory() ? listSources(join(folder, child.name)) : [join(folder, child.name)],
  );
}

function buildFailed(
  { stdout = '', stderr = '' }: { stdout?: string; stderr?: string },
  remedy = 'Build it by hand to see more: cd ui-shell && npm run build',
  cause?: unknown,
): ProblemError {
  // What is wrong with the sources; where in itself the compiler was when it found it helps nobody.
  const words = (stderr || stdout)
    .split(/^\s+at /m, 1)
    .join()
    .trim()
    .split('\n')
    .slice(0, 24)
    .join('\n');
  return new ProblemError(
    {
      code: 'panel-build-failed',
      title: 'The panel could not be built',
      detail: `The panel could not be built.\n${words.replace(/^/gm, '    ')}`,
      remedy,
    },
    exitCodes.failed,
    { cause },
  );
}
