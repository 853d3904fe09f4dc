import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FILE = import.meta.filename;

it.each(['/proc/nope', '/sys/nope', `${FILE}/home`, FILE])(
  'the agent ends with words and 1 when %s shall be its data folder',
  (home) => {
    const main = join(import.meta.dirname, 'main.ts');
    const argv = [
      '--disable-warning=ExperimentalWarning',
      main,
      '--home',
      home,
      '--http-port',
      '1',
      '--https-port',
      '2',
    ];
    const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', timeout: 60_000 });
    expect(stderr).toContain(`${home} cannot be the data folder: `);
    expect(status).toBe(1);
  },
);
