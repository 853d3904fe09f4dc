import { debianPackage, service, user } from '@freehold/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedBench } from '../testing/bench.ts';

const ROLE = 'role:web';
const packages = ['nginx-light', 'php8.2-fpm'].map((name) => debianPackage({ name, masks: [`${name}.service`] }));
const bring = ({ machine }: SimulatedBench) => {
  for (const { id } of packages) machine.packages.brings.set(id, [`${id}.service`]);
};
const unprivileged = { agent: { name: 'me', uid: 1000 } };

describe('packages', () => {
  it('are installed all at once, kept from starting, and kept when the role goes', async () => {
    const bench = new SimulatedBench();
    bring(bench);
    const runs: string[] = [];
    const install = bench.machine.packages.install.bind(bench.machine.packages);
    bench.machine.packages.install = async (names, progress) => {
      runs.push(names.join(' '));
      return install(names, progress);
    };
    expect((await bench.apply(ROLE, packages)).outcome).toEqual({ kind: 'inSync' });
    expect(runs).toEqual(['nginx-light php8.2-fpm']);
    expect([...bench.machine.packages.masked]).toEqual(['nginx-light.service', 'php8.2-fpm.service']);
    expect(bench.reports).toContainEqual(
      expect.objectContaining({ kind: 'progress', message: expect.stringContaining('installs it') }),
    );
    await bench.remove(ROLE);
    expect([...bench.machine.packages.installed.keys()]).toEqual(['nginx-light', 'php8.2-fpm']);
  });

  it('that Debian does not have fail with apt’s own words', async () => {
    const bench = new SimulatedBench();
    bench.machine.packages.unknown.add('php8.2-fpm');
    const report = await bench.apply(ROLE, packages);
    expect(report.outcome).toMatchObject({
      kind: 'retry',
      reason: 'PackageFailed',
      message: expect.stringContaining('Unable to locate package php8.2-fpm'),
    });
  });

  it('are missing where the agent is not root, with the one command that adds them', async () => {
    const bench = new SimulatedBench(unprivileged);
    const report = await bench.apply(ROLE, packages);
    expect(report.outcome).toEqual({
      kind: 'failed',
      reason: 'NeedsRoot',
      message:
        'Debian packages are missing, and the agent is not root: run `sudo apt-get install -y --no-install-recommends nginx-light php8.2-fpm`.',
    });
    expect(bench.engine.warnings()).toEqual([report.outcome.kind === 'failed' && report.outcome.message]);
    for (const name of ['nginx-light', 'php8.2-fpm']) bench.machine.packages.installed.set(name, '1');
    expect((await bench.apply(ROLE, packages)).outcome).toEqual({ kind: 'inSync' });
    expect(bench.engine.warnings()).toEqual([]);
  });
});

describe('a unit of the distribution', () => {
  const web = service({ name: 'web', argv: ['web'], listens: ['tcp:127.0.0.1:80', 'tcp:127.0.0.1:443'] });
  const unit = 'nginx-light.service';
  let bench: SimulatedBench;

  /** The owner of the machine runs a web server of their own. */
  function theirs(...ports: number[]): void {
    bench.machine.packages.installed.set('nginx-light', '1');
    bench.machine.packages.present.set(unit, 4242);
    bench.machine.processes.listening.set(4242, ports);
  }

  beforeEach(() => {
    bench = new SimulatedBench();
    bring(bench);
  });

  it('that was there before the agent came is left alone', async () => {
    theirs(8080);
    expect((await bench.apply(ROLE, packages)).outcome).toEqual({ kind: 'inSync' });
    expect([...bench.machine.packages.masked]).toEqual(['php8.2-fpm.service']);
    expect(bench.machine.packages.present.get(unit)).toBe(4242);
    expect(bench.engine.warnings()).toEqual([]);
  });

  it('that was there before is left alone, too, when another package of the agent stands for it', async () => {
    theirs();
    bench.machine.packages.brings.set('nginx', [unit]);
    await bench.apply(ROLE, [debianPackage({ name: 'nginx', masks: [unit] })]);
    expect([...bench.machine.packages.masked]).toEqual([]);
  });

  it('that uses a port of ours is told of, with the remedy, until it does not any more', async () => {
    theirs(80, 443, 8080);
    await bench.apply(ROLE, [...packages, web]);
    const warnings = [
      expect.stringMatching(/^nginx-light\.service .* ports 80 and 443, .* systemctl disable --now nginx-light/),
    ];
    expect(bench.engine.warnings()).toEqual(warnings);
    await bench.restart();
    expect(bench.engine.warnings()).toEqual([]);
    await bench.sweep();
    expect(bench.engine.warnings()).toEqual(warnings);
    bench.machine.packages.present.set(unit, undefined);
    await bench.sweep();
    expect(bench.engine.warnings()).toEqual([]);
  });

  it('that the agent brought is masked, also when the agent died meanwhile or learns later that it should', async () => {
    bench.machine.packages.onInstall = () => bench.kill();
    void bench.apply(ROLE, [debianPackage({ name: 'nginx-light' })]);
    await expect.poll(() => bench.machine.packages.installed.size).toBe(1);
    await bench.restart();
    await bench.apply(ROLE, [debianPackage({ name: 'nginx-light' })]);
    expect([...bench.machine.packages.masked]).toEqual([]);
    bench.machine.packages.onInstall = () => undefined;
    expect((await bench.apply(ROLE, packages)).outcome).toEqual({ kind: 'inSync' });
    expect([...bench.machine.packages.masked].sort()).toEqual([unit, 'php8.2-fpm.service']);
  });

  it('that people install later is theirs', async () => {
    await bench.apply(ROLE, [debianPackage({ name: 'openssl' })]);
    theirs(80);
    await bench.apply(ROLE, packages);
    expect(bench.machine.packages.masked.has(unit)).toBe(false);
  });
});

describe('a user, where the agent is not root', () => {
  it('is there when it is the agent itself, and stays when the app goes', async () => {
    const bench = new SimulatedBench(unprivileged);
    const me = [user({ name: 'me', home: '/srv' })];
    expect(await bench.apply('app:one', me)).toMatchObject({ outcome: { kind: 'inSync' }, steps: [] });
    expect((await bench.remove('app:one')).outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.accounts.users.has('me')).toBe(true);
  });

  it('cannot be made otherwise', async () => {
    const bench = new SimulatedBench(unprivileged);
    const report = await bench.apply('app:one', [user({ name: 'one', home: '/srv' })]);
    expect(report.outcome).toMatchObject({
      kind: 'failed',
      reason: 'NeedsRoot',
      message: expect.stringContaining('me'),
    });
  });
});

describe('the number of a user', () => {
  it('is free on the machine, in the inventory and in the trash', async () => {
    const bench = new SimulatedBench();
    bench.machine.accounts.addByHand('other', bench.firstUid);
    bench.machine.accounts.groups.set('group', bench.firstUid + 1);
    await bench.apply('app:one', [user({ name: 'one', home: '/srv' })]);
    await bench.apply('app:two', [user({ name: 'two', home: '/srv' })]);
    expect(bench.machine.accounts.users.get('one')?.uid).toBe(bench.firstUid + 2);
    expect(bench.machine.accounts.users.get('two')?.uid).toBe(bench.firstUid + 3);
  });

  it('is not given to the next one at once when it is free again', async () => {
    const bench = new SimulatedBench();
    await bench.apply('app:one', [user({ name: 'one', home: '/srv' })]);
    await bench.remove('app:one', { purge: true });
    await bench.apply('app:two', [user({ name: 'two', home: '/srv' })]);
    expect(bench.machine.accounts.users.get('two')?.uid).toBe(bench.firstUid + 1);
  });

  it('of a user that is not ours is never touched', async () => {
    const bench = new SimulatedBench();
    bench.machine.accounts.addByHand('backup', 34);
    const report = await bench.apply('app:one', [user({ name: 'backup', home: '/srv' })]);
    expect(report.outcome).toMatchObject({
      kind: 'failed',
      reason: 'ForeignContent',
      message: expect.stringContaining('backup (34)'),
    });
  });
});
