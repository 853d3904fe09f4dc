import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exitCodes, ProblemError } from '../cli/problem.ts';
import type { Step } from './steps.ts';

/** Builds the panel when its sources are newer than what was built. A checkout without one has nothing to build. */
export async function buildPanel(checkout: string, step: Step): Promise<void> {
  const folder = join(checkout, 'ui-shell');
  if (!hasBuild(folder)) return step.skip('there is none yet');
  const stamp = join(folder, 'dist/.built-from');
  const state = stateOf(folder);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return step.skip('up to date');
  step.update('building');
  // `node --run` is `npm run` without npm, which need not be on the PATH of whoever starts us.
  await promisify(execFile)(process.execPath, ['--run', 'build'], { cwd: folder, maxBuffer: 16 * 1024 * 1024 }).catch(
    (cause) => {
      throw buildFailed(cause);
    },
  );
  if (existsSync(join(folder, 'dist'))) writeFileSync(stamp, state);
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

function buildFailed(cause: { stdout?: string; stderr?: string }): ProblemError {
  const words = `${cause.stdout ?? ''}${cause.stderr ?? ''}`.trim().split('\n').slice(-12).join('\n');
  return new ProblemError(
    {
      code: 'panel-build-failed',
      title: 'The panel could not be built',
      detail: `The panel could not be built.\n${words.replace(/^/gm, '    ')}`,
      remedy: 'Build it by hand to see more: cd ui-shell && npm run build',
    },
    exitCodes.failed,
    { cause },
  );
}
