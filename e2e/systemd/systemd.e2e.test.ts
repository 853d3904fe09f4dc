import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianPackage, file, type Resource, service, timer } from '@freehold/sdk';
import type { AppliedReport } from '@freehold/sdk/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteAgent } from './remote-agent.ts';
import { SystemdMachine } from './systemd-machine.ts';

/** Answers on a socket with the content of a file, which it reads again on SIGHUP. Whoever only knocks is gone before it answers. */
const PROGRAM = `
  const fs = require('node:fs');
  const [socket, file] = process.argv.slice(2);
  let content = fs.readFileSync(file, 'utf8');
  fs.rmSync(socket, { force: true });
  const answer = () => JSON.stringify({ content, args: process.argv.slice(4), env: process.env, user: process.getuid(), limits: fs.readFileSync('/proc/self/limits', 'utf8') });
  require('node:net').createServer((peer) => peer.on('error', () => undefined).end(answer())).listen(socket);
  process.on('SIGHUP', () => { content = fs.readFileSync(file, 'utf8'); });
  console.log('serving', content);
`;

describe('services and timers under systemd', () => {
  let machine: SystemdMachine;
  let agent: RemoteAgent;
  let home: string;
  let node: string;
  let mounts: string;

  beforeAll(async () => {
    mounts = readFileSync('/proc/self/mounts', 'utf8');
    machine = await SystemdMachine.start();
    // Not in /tmp, where the machine has files of its own.
    home = mkdtempSync('/var/tmp/freehold-systemd-');
    chmodSync(home, 0o711);
    node = join(home, 'node');
    for (const folder of ['node/sites', 'node/config', 'node/run', 'node/logs', 'node/state', 'agent/trash'])
      mkdirSync(join(home, folder), { recursive: true, mode: 0o755 });
    chmodSync(join(node, 'run'), 0o777);
    writeFileSync(join(home, 'server.cjs'), PROGRAM);
    agent = machine.agent(home);
    await agent.ask('start');
  });

  beforeEach(async () => {
    await agent.ask('remove', 'role:tiny');
  });

  afterAll(async () => {
    await agent?.ask('remove', 'role:tiny');
    await agent?.end();
    await machine?.stop();
    if (home) rmSync(home, { recursive: true });
    // The machine around it is as before, its control groups included.
    expect(readFileSync('/proc/self/mounts', 'utf8')).toBe(mounts);
    expect(readdirSync('/sys/fs/cgroup', { recursive: true }).filter((name) => name.includes('freehold-test'))).toEqual(
      [],
    );
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what systemd would expand.
  const HOSTILE = ['%n', '$HOME', '${PATH}', 'a b', "it's", '"quoted"', 'back\\slash', ';', '-', 'ünï'];

  function tiny(content: string, more: Partial<Parameters<typeof service>[0]> = {}): Resource[] {
    const [config, socket] = [join(node, 'config/tiny'), join(node, 'run/tiny.sock')];
    return [
      file({ path: config, content }),
      service({
        name: 'tiny',
        argv: [process.execPath, join(home, 'server.cjs'), socket, config, ...HOSTILE],
        reloadSignal: 'SIGHUP',
        reloadAfter: [config],
        listens: [`unix:${socket}`],
        ...more,
      }),
    ];
  }

  /** Applies, and expects it to be so then. */
  async function applied(resources: readonly Resource[], secrets: Record<string, string> = {}): Promise<AppliedReport> {
    const report: AppliedReport = await agent.ask('apply', 'role:tiny', resources, secrets);
    expect(report.outcome).toEqual({ kind: 'inSync' });
    return report;
  }

  function ask(): { content: string; args: string[]; env: Record<string, string>; user: number; limits: string } {
    const client = `require('net').connect(${JSON.stringify(join(node, 'run/tiny.sock'))}).pipe(process.stdout)`;
    return JSON.parse(machine.run(process.execPath, '-e', client));
  }

  const unit = () => units().find((name) => name.endsWith('.service')) ?? '';
  const units = () => readdirSync(join(home, 'agent/units')).filter((name) => !name.endsWith('.env'));
  const show = (property: string) => machine.run('systemctl', 'show', '--value', '--property', property, unit()).trim();

  it('are chosen where systemd is process 1', async () => {
    expect(await agent.ask('manager')).toBe('systemd');
  });

  it('start when they accept connections, with arguments, environment and secrets as they were declared', async () => {
    const env = { QUOTED: 'a "b" $c `d` %e \\f', SECRET: '{{secret}}' };
    const report = await agent.ask('apply', 'role:tiny', tiny('one', { env, user: 'nobody' }), {
      '{{secret}}': 'hunter2-hunter2',
    });
    expect(report.outcome).toEqual({ kind: 'inSync' });
    expect(ask()).toMatchObject({
      content: 'one',
      args: HOSTILE,
      user: 65_534,
      env: { QUOTED: env.QUOTED, SECRET: 'hunter2-hunter2', USER: 'nobody' },
    });
    expect(machine.run('systemctl', 'show', unit())).not.toContain('hunter2');
    expect(statSync(join(home, `agent/units/${unit()}.env`)).mode & 0o777).toBe(0o600);
    expect(unit()).toMatch(/^freehold-[0-9a-f]{8}-tiny\.service$/);
    expect(await agent.ask('words', 'tiny')).toBe('serving one');
  });

  it('may have as many files open as systemd can give them', async () => {
    await applied(tiny('one'));
    const most: number = await agent.ask('openFiles');
    const [, soft, hard] = /^Max open files\s+(\d+)\s+(\d+)/m.exec(ask().limits) ?? [];
    expect([Number(soft), Number(hard)]).toEqual([most, most]);
  });

  it('are killed when they do not stop in time', async () => {
    await applied(
      tiny('one', { argv: ['/bin/sh', '-c', 'trap "" TERM; while :; do sleep 1; done'], listens: [], stopTimeout: 1 }),
    );
    const before = show('MainPID');
    expect((await agent.ask('remove', 'role:tiny')).outcome).toEqual({ kind: 'inSync' });
    expect(machine.run('ps', '--pid', before, '--no-headers')).toBe('');
  });

  it('are reloaded with what changed, and not restarted', async () => {
    await applied(tiny('one'));
    const before = show('MainPID');
    const report = await agent.ask('apply', 'role:tiny', tiny('two'), {});
    expect(report).toMatchObject({ outcome: { kind: 'inSync' }, steps: [{ action: 'update' }, { action: 'reload' }] });
    await expect.poll(() => ask().content).toBe('two');
    expect(show('MainPID')).toBe(before);
  });

  it('are restarted when the program changes, and put back when it does not start', async () => {
    await applied(tiny('one'));
    const before = readFileSync(join(home, 'agent/units', unit()), 'utf8');
    const broken = tiny('one', { argv: ['/bin/sh', '-c', 'echo out of order; exit 1'] });
    const report = await agent.ask('apply', 'role:tiny', broken, {});
    expect(report.outcome).toMatchObject({
      kind: 'failed',
      reason: 'ServiceFailed',
      message: expect.stringContaining('out of order'),
    });
    expect(readFileSync(join(home, 'agent/units', unit()), 'utf8')).toBe(before);
    await expect.poll(() => ask().content).toBe('one');
  });

  it('are started again by systemd when they are killed', async () => {
    await applied(tiny('one'));
    const before = show('MainPID');
    await agent.ask('signal', 'tiny', 'SIGKILL');
    await expect.poll(() => show('MainPID'), { timeout: 5000 }).not.toMatch(new RegExp(`^(0|${before})$`));
    expect(await agent.ask('service', 'tiny')).toMatchObject({ wanted: true, failures: 1 });
    await applied(tiny('two'));
    await expect.poll(() => ask().content).toBe('two');
  });

  it('are put back by a sweep when somebody stops them or edits their unit', async () => {
    await applied(tiny('one'));
    machine.run('systemctl', 'stop', unit());
    expect((await agent.ask('sweep')).swept.changes).toBe(1);
    expect(show('ActiveState')).toBe('active');
    writeFileSync(join(home, 'agent/units', unit()), '[Service]\nExecStart=/bin/true\n');
    expect((await agent.ask('sweep')).swept.changes).toBe(1);
    expect(ask().content).toBe('one');
    expect((await agent.ask('sweep')).swept.changes).toBe(0);
  });

  it('run on without the agent, and are taken up by the next one', async () => {
    await applied(tiny('one'));
    const before = show('MainPID');
    await agent.end();
    expect(show('MainPID')).toBe(before);
    agent = machine.agent(home);
    await agent.ask('start');
    expect(show('MainPID')).toBe(before);
    expect((await agent.ask('sweep')).swept.changes).toBe(0);
  });

  it('stop with the agent when they shall, and start with the next one', async () => {
    await applied(tiny('one'));
    await agent.ask('close', { stop: true });
    expect(show('ActiveState')).toBe('inactive');
    await agent.end();
    agent = machine.agent(home);
    await agent.ask('start');
    await expect.poll(() => show('ActiveState')).toBe('active');
  });

  it('are gone with everything of theirs when the role is removed', async () => {
    await applied([...tiny('one'), timer({ id: 'cron', schedule: '0 3 * * *', argv: ['true'] })]);
    expect((await agent.ask('remove', 'role:tiny')).outcome).toEqual({ kind: 'inSync' });
    expect(readdirSync(join(home, 'agent/units'))).toEqual([]);
    expect(machine.run('systemctl', 'list-units', '--all', '--no-legend', 'freehold-*')).toBe('');
    expect(machine.run('systemctl', 'list-unit-files', '--no-legend', 'freehold-*')).toBe('');
  });

  it('stand beside a service of the distribution that somebody else runs, and tell of it when it has their port', async () => {
    const port = join(home, 'port');
    const listen = `require('net').createServer().listen(0, '127.0.0.1', function () { require('fs').writeFileSync('${port}', String(this.address().port)) })`;
    const text = `[Service]\nExecStart=${process.execPath} -e "${listen}"\n`;
    machine.run('sh', '-c', 'printf %s "$1" >/etc/systemd/system/theirs.service', 'sh', text);
    machine.run('systemctl', 'start', 'theirs.service');
    await expect.poll(() => readFileSync(port, 'utf8')).toMatch(/^\d+$/);
    const listens = [`tcp:127.0.0.1:${readFileSync(port, 'utf8')}`];
    const argv = [
      process.execPath,
      '-e',
      `require('net').createServer().listen(${readFileSync(port, 'utf8')}, '127.0.0.1')`,
    ];
    const document = [debianPackage({ name: 'dpkg', masks: ['theirs.service'] }), ...tiny('one', { argv, listens })];
    const report = await agent.ask('apply', 'role:tiny', document, {});
    expect(report.outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('EADDRINUSE') });
    expect(await agent.ask('warnings')).toEqual([expect.stringContaining('theirs.service of the Debian package dpkg')]);
    expect(machine.run('systemctl', 'is-active', 'theirs.service')).toBe('active\n');
    expect(machine.run('systemctl', 'is-enabled', 'theirs.service')).toBe('static\n');
    machine.run('systemctl', 'stop', 'theirs.service');
    await applied(document);
    expect(await agent.ask('warnings')).toEqual([]);
  });

  it('run timers at their times, with their environment, and take changes and removals', async () => {
    const output = join(home, 'ticks');
    const argv = ['/bin/sh', '-c', `echo "$GREETING" >> ${output}`];
    const cron = (schedule: string) => [timer({ id: 'cron', schedule, argv, env: { GREETING: 'hello $USER' } })];
    await applied(cron('* * * * *'));
    const name = units().find((candidate) => candidate.endsWith('.timer')) ?? '';
    expect(machine.run('systemctl', 'show', '--value', '--property', 'TimersCalendar', name)).toContain('*-*-* *:*:00');
    machine.run('systemctl', 'start', name.replace('.timer', '.service'));
    expect(readFileSync(output, 'utf8')).toBe('hello $USER\n');
    await agent.ask('apply', 'role:tiny', cron('30 4 * * 1-5'), {});
    expect(machine.run('systemctl', 'show', '--value', '--property', 'TimersCalendar', name)).toContain(
      'Mon..Fri *-*-* 04:30:00',
    );
    await agent.end();
    agent = machine.agent(home);
    await agent.ask('start');
    expect((await agent.ask('sweep')).swept.changes).toBe(0);
    await agent.ask('apply', 'role:tiny', [], {});
    expect(units()).toEqual([]);
  });
});
