import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStateStore, type StateStore } from '../../store/state-store.ts';
import { LinuxAccounts } from '../accounts.ts';
import { LinuxClock } from '../clock.ts';
import { LinuxCommands } from '../commands.ts';
import { birthOf, familyOf } from '../processes.ts';
import type { ServiceDefinition } from '../system.ts';
import { SupervisedServices } from './supervised-services.ts';

/**
 * A tiny server: answers on a unix socket with the content of a file, which it reads again on SIGHUP. It keeps a worker, as
 * real ones do, ends at `exit`, and with `stubborn` not at SIGTERM.
 */
const PROGRAM = `
  const fs = require('node:fs');
  const [socket, file, how] = process.argv.slice(2);
  let content = fs.readFileSync(file, 'utf8');
  const worker = require('node:child_process').spawn('sleep', ['1000']);
  fs.rmSync(socket, { force: true });
  require('node:net').createServer((peer) => peer.end(JSON.stringify({ content, pid: process.pid, worker: worker.pid, user: process.getuid(), env: process.env }))).listen(socket);
  process.on('SIGHUP', () => { content = fs.readFileSync(file, 'utf8'); if (content === 'exit') process.exit(3); });
  process.on('SIGTERM', () => { if (how !== 'stubborn') process.exit(0); });
  console.log('serving ' + content);
`;

let folder: string;
let store: StateStore;
let services: SupervisedServices;
let stray: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freehold-services-'));
  store = openStateStore(join(folder, 'state.db'));
  services = newAgent();
  writeFileSync(join(folder, 'server.cjs'), PROGRAM);
  writeFileSync(join(folder, 'content'), 'one');
});

afterEach(async () => {
  stray?.kill('SIGKILL');
  for (const { definition } of store.services.list()) await services.remove(definition.name);
  store.close();
  rmSync(folder, { recursive: true });
});

/** Another agent on the same store, as after a restart. */
function newAgent(): SupervisedServices {
  const { uid, gid, username } = userInfo();
  const self = { name: username, uid, gid };
  const commands: LinuxCommands = new LinuxCommands({ self, findUser: (name) => accounts.findUser(name) });
  const accounts = new LinuxAccounts(self, commands);
  return new SupervisedServices({ records: store.services, accounts, clock: new LinuxClock(), logs: folder });
}

function definition(more: Partial<ServiceDefinition> & { how?: string } = {}): ServiceDefinition {
  const { how = '', ...rest } = more;
  const argv = [process.execPath, join(folder, 'server.cjs'), join(folder, 'socket'), join(folder, 'content'), how];
  return { name: 'tiny', argv, env: { GREETING: 'hello' }, stopSignal: 'SIGTERM', stopTimeout: 300, ...rest };
}

interface Answer {
  readonly content: string;
  readonly pid: number;
  readonly worker: number;
  readonly user: number;
  readonly env: Record<string, string>;
}

async function ask(): Promise<Answer | undefined> {
  try {
    const answer = await text(connect(join(folder, 'socket')));
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}

async function started(more: Parameters<typeof definition>[0] = {}): Promise<Answer> {
  await services.define(definition(more));
  await services.start('tiny');
  return answered();
}

async function answered(): Promise<Answer> {
  await expect.poll(ask, { timeout: 5000 }).toBeDefined();
  return (await ask()) as Answer;
}

const pid = async () => (await services.find('tiny'))?.pid;

describe('a supervised service', () => {
  it('is not started twice by an agent that lost its store', async () => {
    const former = await started();
    for (const { definition } of store.services.list()) store.services.delete(definition.name);
    services = newAgent();
    const answer = await started();
    expect(answer.pid).not.toBe(former.pid);
    expect([birthOf(former.pid), birthOf(former.worker)]).toEqual([undefined, undefined]);
  });

  it('runs in a session of its own, with its environment and nothing of the agent’s', async () => {
    const answer = await started();
    expect(await pid()).toBe(answer.pid);
    expect(familyOf(answer.pid)?.session).toBe(answer.pid);
    expect(answer.env).toEqual({
      GREETING: 'hello',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: userInfo().homedir,
      USER: userInfo().username,
      LANG: 'C.UTF-8',
    });
    expect(await services.lastWords('tiny')).toBe('serving one');
  });

  it.skipIf(userInfo().uid !== 0)('runs as its user', async () => {
    const { execFileSync } = await import('node:child_process');
    execFileSync('chown', ['-R', 'nobody', folder]);
    expect((await started({ user: 'nobody' })).user).toBe(65_534);
  });

  it('reads its files again when it is told to', async () => {
    const before = await started();
    writeFileSync(join(folder, 'content'), 'two');
    await services.signal('tiny', 'SIGHUP');
    await expect.poll(ask).toMatchObject({ content: 'two', pid: before.pid });
  });

  it('is started again when it is killed, and what it left of its own is ended first', async () => {
    const before = await started();
    process.kill(before.pid, 'SIGKILL');
    await expect.poll(async () => (await ask())?.pid ?? before.pid, { timeout: 5000 }).not.toBe(before.pid);
    expect(birthOf(before.worker)).toBeUndefined();
    expect(await services.find('tiny')).toMatchObject({ failures: 1, wanted: true });
  });

  it('is started again ever more slowly when it keeps ending, and tells why', async () => {
    await services.define({ ...definition(), argv: ['sh', '-c', 'echo no room; exit 1'] });
    await services.start('tiny');
    await expect.poll(async () => (await services.find('tiny'))?.failures, { timeout: 6000 }).toBe(3);
    expect(await services.lastWords('tiny')).toBe('no room');
    expect(await pid()).toBeUndefined();
  });

  it('says so when there is no such program or user', async () => {
    await services.define({ ...definition(), argv: ['no-such-program'] });
    await services.start('tiny');
    expect(await services.lastWords('tiny')).toContain('no program no-such-program');
    await services.define({ ...definition(), user: 'no-such-user' });
    await services.start('tiny');
    expect(await services.lastWords('tiny')).toContain('no user no-such-user');
  });

  it('ends with all it started', async () => {
    const { pid: main, worker } = await started();
    await services.stop('tiny');
    expect([birthOf(main), birthOf(worker)]).toEqual([undefined, undefined]);
    expect(await services.find('tiny')).toMatchObject({ wanted: false });
    await sleep(400);
    expect(await pid()).toBeUndefined();
  });

  it('is killed when it does not end in its time', async () => {
    const { pid: main } = await started({ how: 'stubborn' });
    const start = Date.now();
    await services.stop('tiny');
    expect(birthOf(main)).toBeUndefined();
    expect(Date.now() - start).toBeGreaterThanOrEqual(290);
  });

  it('runs on without its agent, and is taken up by the next one', async () => {
    const before = await started();
    await services.close({ stop: false });
    services = newAgent();
    await services.resume();
    expect(await answered()).toMatchObject({ pid: before.pid });
    process.kill(before.pid, 'SIGKILL');
    await expect.poll(async () => (await ask())?.pid ?? before.pid, { timeout: 5000 }).not.toBe(before.pid);
    await answered();
  });

  it('is started by the next agent when it ended in between, and its worker is ended before', async () => {
    const before = await started();
    await services.close({ stop: false });
    process.kill(before.pid, 'SIGKILL');
    expect(birthOf(before.worker)).toBeDefined();
    services = newAgent();
    await services.resume();
    expect((await answered()).pid).not.toBe(before.pid);
    expect(birthOf(before.worker)).toBeUndefined();
  });

  it('is found by the next agent also when the last one died before it knew the process', async () => {
    const before = await started();
    await services.close({ stop: false });
    const [record] = store.services.list();
    const [boot = '', ticks] = record?.main?.birth.split('/') ?? [];
    store.services.save({ definition: definition(), wanted: true, starting: { boot, ticks: Number(ticks) } });
    services = newAgent();
    await services.resume();
    expect(await pid()).toBe(before.pid);
  });

  it('stays as it was told to be when an agent stops its services with itself', async () => {
    const before = await started();
    await services.close({ stop: true });
    expect(birthOf(before.pid)).toBeUndefined();
    services = newAgent();
    await services.resume();
    await answered();
  });

  it('whose number another process has now is never signalled', async () => {
    stray = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    const other = stray.pid as number;
    store.services.save({ definition: definition(), wanted: false, main: { pid: other, birth: `${birthOf(other)}1` } });
    services = newAgent();
    await services.resume();
    expect(await pid()).toBeUndefined();
    await expect(services.signal('tiny', 'SIGKILL')).rejects.toMatchObject({ code: 'ESRCH' });
    await services.stop('tiny');
    await services.start('tiny');
    await answered();
    expect(birthOf(other)).toBeDefined();
  });

  it('has a log that is moved aside when it is too long, while the service writes on', async () => {
    await services.define({ ...definition(), argv: ['sh', '-c', 'while :; do echo 0123456789; sleep 0.05; done'] });
    await services.start('tiny');
    const log = () => readFileSync(join(folder, 'tiny.log'), 'utf8');
    await expect.poll(() => log().length).toBeGreaterThan(40);
    await services.shortenLogs(30);
    expect(readFileSync(join(folder, 'tiny.log.1'), 'utf8').length).toBeGreaterThan(40);
    await expect.poll(() => log()).toMatch(/^0123456789\n/);
  });
});
