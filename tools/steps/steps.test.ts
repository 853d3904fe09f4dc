import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatTable } from './table.ts';

const runner = join(import.meta.dirname, 'run-lanes.ts');

/** Runs lanes of programs, in a process of its own because they print. */
function run(lanes: object[][]) {
  const code = `
    import { runLanes } from '${runner}';
    process.exitCode = await runLanes(${JSON.stringify(lanes)}, { root: '/tmp', omitted: [{ name: 'd', reason: 'no root' }] });
  `;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
}

describe('steps', () => {
  it('show what fails, go on, and end in a table', () => {
    const { status, stdout, stderr } = run([
      [
        { name: 'a', command: ['sh', '-c', 'echo fine'] },
        { name: 'b', command: ['sh', '-c', 'echo wrong; exit 3'] },
      ],
      [{ name: 'c', command: ['program-that-is-not-there'] }],
    ]);
    expect(status).toBe(1);
    expect(stdout).not.toContain('fine');
    expect(stderr).toContain('── b ──\nwrong\n');
    expect(stderr).toContain('── c ──\nspawn program-that-is-not-there ENOENT');
    expect(
      stdout
        .replaceAll(/ +[0-9.]+ s/g, ' 0 s')
        .trim()
        .split('\n'),
    ).toEqual([
      'a 0 s  passed',
      '  b 0 s  FAILED',
      '  c 0 s  FAILED',
      '  d                   not run: no root',
      '  together 0 s  FAILED',
    ]);
  });

  it('end with 0 when all pass', () => {
    expect(run([[{ name: 'a', command: ['true'] }]]).status).toBe(0);
  });

  it('run lanes next to each other', () => {
    const fifo = `/tmp/freehold-lanes-${process.pid}`;
    // Each waits for the other: one after the other they would never end.
    const { status } = run([
      [{ name: 'a', command: ['sh', '-c', `mkfifo ${fifo}; timeout 5 cat ${fifo}; rm ${fifo}`] }],
      [{ name: 'b', command: ['sh', '-c', `until [ -p ${fifo} ]; do :; done; timeout 5 sh -c 'echo x > ${fifo}'`] }],
    ]);
    expect(status).toBe(0);
  });
});

it('a table lines up', () => {
  const step = { name: 'types', command: [] };
  expect(formatTable([{ step, passed: true, seconds: 1.234 }], { seconds: 61.5, omitted: [] })).toBe(
    '  types        1.2 s  passed\n  together    61.5 s  passed',
  );
});
