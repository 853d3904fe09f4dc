import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStateStore } from '../store/state-store.ts';
import { linuxSystem } from './linux-system.ts';
import { birthOf } from './processes.ts';
import type { CommandRun, System } from './system.ts';

let home: string;
let system: System;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'freehold-commands-'));
  const { services: records } = openStateStore(':memory:');
  system = linuxSystem({
    home,
    sites: `${home}/sites`,
    logs: home,
    records,
    runtime: true,
    timerFailed: () => undefined,
  });
});
afterEach(() => rmSync(home, { recursive: true }));

const run = (argv: readonly string[], more: Partial<CommandRun> = {}) =>
  system.commands.run({ argv, timeout: 10_000, ...more });

describe('a command', () => {
  it('gives its code, what it printed, and both streams as they came', async () => {
    const result = await run(['sh', '-c', 'echo out; echo err >&2; exit 7']);
    expect(result).toMatchObject({ code: 7, timedOut: false, stdout: 'out\n' });
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('gets its arguments as they are', async () => {
    const argv = ['printf', '%s|', '$HOME', '`id`', 'a b', '', "'", '*'];
    expect((await run(argv)).stdout).toBe("$HOME|`id`|a b||'|*|");
  });

  it('gets a clean environment and a folder', async () => {
    const { stdout } = await run(['env'], { env: { A: '1' }, cwd: home });
    const { homedir, username } = userInfo();
    expect(stdout.trim().split('\n').sort()).toEqual([
      'A=1',
      `HOME=${homedir}`,
      'LANG=C.UTF-8',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      `USER=${username}`,
    ]);
    expect((await run(['pwd'], { cwd: home })).stdout.trim()).toBe(home);
  });

  it.skipIf(userInfo().uid !== 0)('runs as its user, with that user’s groups only', async () => {
    expect((await run(['id'], { user: 'nobody' })).stdout.trim()).toBe(
      'uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)',
    );
    expect((await run(['sh', '-c', 'echo $HOME $USER'], { user: 'nobody' })).stdout.trim()).toBe('/nonexistent nobody');
    expect((await run(['cat', '/etc/shadow'], { user: 'nobody' })).code).toBe(1);
  });

  it.each([
    ['a program that is missing', ['no-such-program'], 'no program no-such-program'],
    ['a program that cannot be executed', ['/etc/passwd'], 'no program /etc/passwd'],
  ])('ends with 127 for %s', async (_, argv, words) => {
    expect(await run(argv)).toMatchObject({ code: 127, output: expect.stringContaining(words) });
  });

  it('ends with 127 for a user who is missing', async () => {
    expect(await run(['id'], { user: 'no-such-user' })).toMatchObject({ code: 127 });
  });

  it('is killed with all it started when it takes too long', async () => {
    const file = join(home, 'pid');
    const argv = ['sh', '-c', `sleep 1000 & echo $! > ${file}; echo started; wait`];
    const result = await run(argv, { timeout: 300 });
    expect(result).toMatchObject({ code: null, timedOut: true, output: 'started\n' });
    await expect.poll(() => birthOf(Number(readFileSync(file, 'utf8')))).toBeUndefined();
  });

  it('is killed when nobody wants it any more', async () => {
    const controller = new AbortController();
    const running = run(['sleep', '1000'], { signal: controller.signal });
    controller.abort();
    expect((await running).code).toBeNull();
  });

  it('reads from a stream and writes to one', async () => {
    const sink = new PassThrough();
    const taken = text(sink);
    const result = await run(['cat'], { input: Readable.from(['a'.repeat(200_000)]), sink });
    expect(await taken).toHaveLength(200_000);
    expect(result).toMatchObject({ code: 0, stdout: '' });
  });

  it('may leave its input unread', async () => {
    expect((await run(['true'], { input: Readable.from(['a'.repeat(1_000_000)]) })).code).toBe(0);
  });

  it('keeps the beginning of what it gives and the end of what it says', async () => {
    const { stdout, output } = await run([
      'sh',
      '-c',
      'echo begin; head -c 3000000 /dev/zero | tr "\\0" x; echo; echo end',
    ]);
    expect(stdout).toHaveLength(1_048_576);
    expect(stdout.slice(0, 6)).toBe('begin\n');
    expect(output).toHaveLength(65_536);
    expect(output.slice(-5)).toBe('\nend\n');
  });

  it('ends with the agent, however that ends', async () => {
    const script = `
      import { linuxSystem } from '${join(import.meta.dirname, 'linux-system.ts')}';
      const system = linuxSystem({ home: '${home}', sites: '${home}/sites', logs: '${home}', records: { list: () => [] }, runtime: true, timerFailed() {} });
      void system.commands.run({ argv: ['sh', '-c', 'echo $$ > ${home}/pid; exec sleep 1000'], timeout: 100000 });
      setInterval(() => { if (require('node:fs').existsSync('${home}/pid')) process.kill(process.pid, 'SIGKILL'); }, 20);
      import { createRequire } from 'node:module';
      const require = createRequire('${import.meta.filename}');
    `;
    try {
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    } catch {
      // It killed itself.
    }
    await expect.poll(() => birthOf(Number(readFileSync(`${home}/pid`, 'utf8')))).toBeUndefined();
  });
});

describe.skipIf(userInfo().uid !== 0)('processes', () => {
  it('of a user are all ended', async () => {
    const uid = 301_777;
    const children = [1, 2, 3].map(() => {
      const argv = [
        '--reuid',
        String(uid),
        '--regid',
        String(uid),
        '--clear-groups',
        'sh',
        '-c',
        'trap "" TERM; sleep 1000 >/dev/null 2>&1 & echo $!; exec >&- 2>&-; wait',
      ];
      return Number(
        execFileSync('sh', ['-c', `setpriv ${argv.map((word) => `'${word}'`).join(' ')} &`], { encoding: 'utf8' }),
      );
    });
    expect(children.every((pid) => birthOf(pid) !== undefined)).toBe(true);
    expect(await system.processes.endAllOf(uid)).toBe(true);
    expect(children.every((pid) => birthOf(pid) === undefined)).toBe(true);
  });
});
