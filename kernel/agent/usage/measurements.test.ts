import { dataset, directory, log, service } from '@freehold/sdk';
import type { MeasuredReport } from '@freehold/sdk/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedBench } from '../testing/bench.ts';

const APP = 'app:one';
let bench: SimulatedBench;
let path: string;

beforeEach(async () => {
  bench = new SimulatedBench();
  bench.machine.disk.makeFolder(bench.site('one'));
  path = `${bench.site('one')}/access.log`;
  await bench.apply('role:web', [service({ name: 'web', argv: ['web'] })]);
  const reopen = { service: 'web', signal: 'SIGUSR1' as const };
  await bench.apply(APP, [
    directory({ path: bench.site('one') }),
    log({ id: 'access', title: 'Access', path, maxBytes: 4096, keep: 2, reopen, traffic: 2 }),
    dataset({ id: 'files', title: 'Files', files: { path: `${bench.site('one')}/files` } }),
  ]);
  bench.engine.keepUp();
  await bench.engine.settled();
});

const append = (text: string, to = path) => bench.machine.disk.writeFile(to, bench.machine.disk.readFile(to) + text);
const reports = () => bench.reports.filter((report): report is MeasuredReport => report.kind === 'measured');
const last = () =>
  reports()
    .at(-1)
    ?.owners.find(({ owner }) => owner === APP);
const minute = () => bench.machine.clock.advance(60_000);

describe('what was sent and received', () => {
  it('is added up from the log, line by line, and told as the sum of all', async () => {
    append('GET / 10 20\nGET /x 30 ');
    await minute();
    await expect.poll(() => last()?.traffic).toBe(30);
    append('40\nGET /y 1 2\n');
    await minute();
    await expect.poll(() => last()?.traffic).toBe(103);
  });

  it('is neither lost nor doubled when the log is rotated while somebody writes', async () => {
    for (let round = 1; round <= 4; round++) {
      append(`${'x'.repeat(5000)} 100 1\n`);
      await minute();
      await expect.poll(() => bench.machine.disk.readFile(path)).toBe('');
      // The web server has the old one open for a while.
      append('late 1000 1\n', `${path}.1`);
      append('new 10000 1\n');
      await minute();
      const each = 101 + 1001 + 10_001;
      await expect.poll(() => last()?.traffic).toBe(round * each);
    }
  });

  it('is counted on where it was when the agent was killed, and after the log was emptied', async () => {
    append('a 1 2\n');
    await minute();
    await expect.poll(() => last()?.traffic).toBe(3);
    const [{ epoch }] = reports() as [MeasuredReport];
    bench.kill();
    append('b 10 20\n');
    await bench.restart();
    bench.engine.keepUp();
    await minute();
    await expect.poll(() => last()?.traffic).toBe(33);
    expect(reports().at(-1)?.epoch).toBe(epoch);
    bench.machine.disk.writeFile(path, 'c 5 5\n');
    await minute();
    await expect.poll(() => last()?.traffic).toBe(43);
  });

  it('is not read out of a link that somebody put in its place', async () => {
    bench.machine.disk.writeFile('/etc/secret', 'x 7 7\n');
    bench.machine.disk.makeLink(path, '/etc/secret', 1234);
    await minute();
    await bench.engine.settled();
    expect(last()?.traffic).toBeUndefined();
  });
});

describe('what is on disk', () => {
  it('is measured after a change and every hour, with what is in the trash', async () => {
    await minute();
    await expect.poll(() => last()?.disk?.inodes).toBe(3);
    bench.machine.disk.writeFile(`${bench.site('one')}/files/large`, 'x'.repeat(50_000));
    await minute();
    await bench.engine.settled();
    expect(last()?.disk?.inodes).toBe(3);
    await bench.machine.clock.advance(3_600_000);
    await expect.poll(() => last()?.disk?.inodes).toBe(4);
    expect(last()?.disk?.bytes).toBeGreaterThan(50_000);
    await bench.remove(APP);
    await minute();
    await expect.poll(() => last()?.disk?.bytes ?? 0).toBeGreaterThan(50_000);
    expect(bench.machine.disk.list(bench.site('one'))).toEqual([]);
    await bench.remove(APP, { purge: true });
    await minute();
    await expect.poll(() => last()?.disk).toEqual({ bytes: 0, inodes: 0 });
  });

  it('is told once, and again when it is another', async () => {
    await minute();
    await expect.poll(() => reports().length).toBe(1);
    await minute();
    await minute();
    await bench.engine.settled();
    expect(reports()).toHaveLength(1);
  });
});
