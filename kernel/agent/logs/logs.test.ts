import { gunzipSync } from 'node:zlib';
import { log, service } from '@freehold/sdk';
import type { LogReport, LogWork } from '@freehold/sdk/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedBench } from '../testing/bench.ts';
import { Lines } from './lines.ts';

const APP = 'app:one';
let bench: SimulatedBench;
let path: string;

beforeEach(async () => {
  bench = new SimulatedBench();
  bench.machine.disk.makeFolder(bench.site('one'));
  path = `${bench.site('one')}/access.log`;
  await bench.apply('role:web', [service({ name: 'web', argv: ['web'] })]);
  const reopen = { service: 'web', signal: 'SIGUSR1' as const };
  await bench.apply(APP, [log({ id: 'access', title: 'Access', path, maxBytes: 4096, keep: 2, reopen })]);
});

function read(more: Partial<LogWork> = {}): void {
  const until = new Date(bench.machine.clock.now() + 60_000).toISOString();
  bench.engine.accept({
    kind: 'log',
    request: 'r',
    owner: APP,
    log: 'access',
    lines: 3,
    follow: false,
    until,
    ...more,
  });
}

function append(text: string): void {
  bench.machine.disk.writeFile(path, bench.machine.disk.readFile(path) + text);
}

const reports = () => bench.reports.filter((report): report is LogReport => report.kind === 'log');
const lines = () => reports().flatMap((report) => report.lines);

describe('reading a log', () => {
  it('gives the last lines, and says that it is the end', async () => {
    append('1\n2\n3\n4\nunfinished');
    read();
    await expect.poll(() => reports().at(-1)?.end).toBe(true);
    expect(lines()).toEqual(['2', '3', '4', 'unfinished']);
    expect(reports().map(({ sequence }) => sequence)).toEqual(reports().map((_, index) => index));
  });

  it('goes on with what is added, over a rotation and over a file that was emptied', async () => {
    append('old\n');
    read({ follow: true });
    await expect.poll(lines).toEqual(['old']);
    append('a\nb');
    await expect.poll(lines).toEqual(['old', 'a']);
    append('c\n');
    await expect.poll(lines).toEqual(['old', 'a', 'bc']);
    bench.machine.disk.rename(path, `${path}.1`);
    bench.machine.disk.writeFile(path, 'new\n', { mode: 0o640 });
    await expect.poll(lines).toEqual(['old', 'a', 'bc', 'new']);
    bench.machine.disk.writeFile(path, 'x\n');
    await expect.poll(lines).toEqual(['old', 'a', 'bc', 'new', 'x']);
    expect(bench.engine.inHand()).toEqual(['log:r']);
    bench.engine.cancel('log:r');
    await expect.poll(() => reports().at(-1)?.end).toBe(true);
    expect(bench.engine.inHand()).toEqual([]);
  });

  it('ends at its time, after it was offered to be given again', async () => {
    read({ follow: true });
    await bench.machine.clock.advance(55_500);
    expect(bench.engine.inHand()).toEqual([]);
    read({ follow: true });
    expect(bench.engine.inHand()).toEqual(['log:r']);
    await bench.machine.clock.advance(30_000);
    append('still read\n');
    await expect.poll(lines).toEqual(['still read']);
    await bench.machine.clock.advance(40_000);
    await expect.poll(() => reports().at(-1)?.end).toBe(true);
  });

  it('says so when there is no such log', async () => {
    read({ log: 'other' });
    await expect
      .poll(() => reports().at(-1))
      .toMatchObject({ end: true, problem: expect.stringContaining('no log other') });
  });
});

describe('a log that is too large', () => {
  const rotate = () => bench.machine.clock.advance(61_000);

  beforeEach(() => bench.engine.keepUp());

  it('is moved aside, opened again by its service, and compressed at the next time', async () => {
    append('x'.repeat(5000));
    await rotate();
    await expect.poll(() => bench.machine.services.history).toContain('SIGUSR1 web');
    expect(bench.machine.disk.readFile(path)).toBe('');
    expect(bench.machine.disk.find(path)).toMatchObject({ mode: 0o640 });
    expect(bench.machine.disk.readFile(`${path}.1`)).toHaveLength(5000);
    await rotate();
    await expect.poll(() => bench.machine.disk.list(bench.site('one'))).toEqual(['access.log', 'access.log.1.gz']);
    const compressed = await bench.currentSystem.files.read(`${path}.1.gz`, 10_000);
    expect(String(gunzipSync(compressed))).toHaveLength(5000);
    expect((await bench.sweep()).swept.changes).toBe(0);
  });

  it('leaves as many old ones as it should', async () => {
    for (let time = 1; time <= 5; time++) {
      append('x'.repeat(5000));
      await rotate();
      await expect.poll(() => bench.machine.disk.readFile(path)).toBe('');
    }
    await rotate();
    await expect
      .poll(() => bench.machine.disk.list(bench.site('one')))
      .toEqual(['access.log', 'access.log.1.gz', 'access.log.2.gz']);
  });

  it('is rotated no further when somebody put a link in its place', async () => {
    bench.machine.disk.writeFile('/etc/secret', 'x'.repeat(5000));
    bench.machine.disk.makeLink(path, '/etc/secret', 1234);
    await rotate();
    await bench.engine.settled();
    expect(bench.machine.disk.list(bench.site('one'))).toEqual(['access.log']);
    expect(bench.machine.disk.readFile('/etc/secret')).toHaveLength(5000);
  });

  it('goes to the trash with its old ones when it is no longer wanted', async () => {
    append('now');
    bench.machine.disk.writeFile(`${path}.1.gz`, 'then');
    bench.machine.disk.writeFile(`${path}.backup`, 'not ours');
    await bench.apply(APP, []);
    expect(bench.machine.disk.list(bench.site('one'))).toEqual(['access.log.backup']);
    const trash = Object.keys(bench.machine.snapshot().files).filter((name) => name.includes('/trash/'));
    expect(trash.filter((name) => /access\.log/.test(name))).toHaveLength(2);
  });
});

describe('lines', () => {
  it.each([
    ['whole lines', ['a\nb\n'], ['a', 'b']],
    ['lines in pieces', ['a', 'b\nc', '\n'], ['ab', 'c']],
    ['a character in pieces', [Buffer.from('é\n').subarray(0, 1), Buffer.from('é\n').subarray(1)], ['é']],
    ['carriage returns', ['a\r\nb\n'], ['a', 'b']],
    ['empty lines', ['\n\na\n'], ['', '', 'a']],
    ['what is no UTF-8', [Buffer.from([0xff, 10])], ['\ufffd']],
    ['a line without end', ['x'.repeat(50_000), 'y\n'], [`${'x'.repeat(16_384)} … (cut)`]],
  ])('are cut from %s', (_, chunks, wanted) => {
    const cutter = new Lines();
    expect(chunks.flatMap((chunk) => cutter.add(Buffer.from(chunk as string)))).toEqual(wanted);
  });
});
