import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Home, homeAt } from './home.ts';
import { takeLock } from './lock.ts';

let home: Home;
beforeEach(async () => {
  home = homeAt(await mkdtemp(join(tmpdir(), 'freehold-')));
  await mkdir(home.launcher);
});
afterEach(() => rm(home.path, { recursive: true }));

test('one launcher has an installation, until it gives it back', () => {
  const lock = takeLock(home);
  expect(takeLock(home)).toBeUndefined();
  lock?.release();
  const again = takeLock(home);
  expect(again).toBeDefined();
  again?.release();
});

test('a launcher that was killed leaves no lock', async () => {
  const script = `import { homeAt } from '${import.meta.dirname}/home.ts';
    import { takeLock } from '${import.meta.dirname}/lock.ts';
    globalThis.lock = takeLock(homeAt('${home.path}'));
    console.log('taken');
    setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(other.stdout, 'data');
  expect(takeLock(home)).toBeUndefined();
  other.kill('SIGKILL');
  await once(other, 'exit');
  const lock = takeLock(home);
  expect(lock).toBeDefined();
  lock?.release();
});
