import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Home, homeAt } from '../home.ts';
import { writeJsonFile } from '../json-file.ts';
import { startChild } from './child.ts';
import { endLeftovers, ProcessRecords } from './process-records.ts';
import { bootId, findProcess, isAlive, signalProcess } from './process-table.ts';
import { endProcess, Supervisor } from './supervisor.ts';

let home: Home;
const started: ChildProcess[] = [];
const never = new AbortController().signal;

beforeEach(async () => {
  home = homeAt(await mkdtemp(join(tmpdir(), 'freehold-')));
  await mkdir(home.launcher);
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(home.path, { recursive: true });
});

async function run(script: string): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('up')`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  return child as ChildProcess & { pid: number };
}

const sleep = 'setInterval(() => {}, 1000)';
const deaf = `process.on('SIGTERM', () => {}); ${sleep}`;
const ready = `console.log('{"ready":true,"api":"http://x"}')`;

function child(script: string, more: Partial<Parameters<typeof startChild>[0]> = {}) {
  return startChild<{ api: string }>({
    name: 'server',
    argv: [process.execPath, '-e', script],
    env: { PATH: process.env.PATH },
    logFile: join(home.path, 'server.log'),
    patience: 10_000,
    signal: never,
    ...more,
  });
}

test('a process is told from another with the same pid by the time of its start', async () => {
  const { pid } = await run(sleep);
  const found = findProcess(pid);
  expect(found && isAlive(found)).toBe(true);
  expect(found && isAlive({ ...found, startTime: found.startTime + 1 })).toBe(false);
  expect(found && signalProcess({ ...found, startTime: found.startTime + 1 }, 'SIGKILL')).toBe(false);
  expect(found && isAlive(found)).toBe(true);
});

test('what a killed launcher left is found and ended, also when it does not listen', async () => {
  const [server, agent] = [await run(sleep), await run(deaf)];
  const records = new ProcessRecords(home);
  await records.record('server', server.pid);
  await records.record('agent', agent.pid);
  const leftovers = await new ProcessRecords(home).findAlive();
  expect(leftovers.map(({ name }) => name).sort()).toEqual(['agent', 'server']);
  const gone = [once(server, 'exit'), once(agent, 'exit')];
  const told: string[] = [];
  await endLeftovers(leftovers, { tell: (text) => void told.push(text), patience: 200 });
  await Promise.all(gone);
  expect(told.map((text) => text.split(' ')[2])).toEqual(['agent', 'server']);
  expect(await new ProcessRecords(home).findAlive()).toEqual([]);
});

test('records of another boot or half a file mean nothing', async () => {
  const found = findProcess(process.pid);
  const path = join(home.launcher, 'processes.json');
  await writeJsonFile(path, { boot: 'another', processes: [{ name: 'server', ...found }] });
  expect(await new ProcessRecords(home).findAlive()).toEqual([]);
  await writeJsonFile(path, { boot: bootId() });
  expect(await new ProcessRecords(home).findAlive()).toEqual([]);
});

test('a child is ready when it says so, and has a process group of its own', async () => {
  const running = await child(`console.log('noise'); console.error('logged'); ${ready}; ${sleep}`);
  const stat = await readFile(`/proc/${running.pid}/stat`, 'utf8');
  const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  await endProcess(running, { patience: 5_000, hurried: 100, hurry: never });
  expect([running.ready.api, group]).toEqual(['http://x', running.pid]);
  expect(await readFile(join(home.path, 'server.log'), 'utf8')).toBe('logged\n');
});

test('a child that ends too early is told with its last words', async () => {
  const words = `console.error('{"level":30,"msg":"fine"}'); console.error('{"level":60,"msg":"No database","err":{"message":"refused"}}')`;
  await expect(child(`${words}; process.exit(3)`)).rejects.toMatchObject({
    problem: {
      code: 'server-failed',
      detail: 'The server ended before it was ready (exit code 3).\n    No database: refused',
    },
  });
  await expect(child('throw new Error("Oh no")')).rejects.toMatchObject({
    problem: { detail: 'The server ended before it was ready (exit code 1).\n    Error: Oh no' },
  });
  await expect(
    child(`console.error('The database is newer.\\nStart the newer program.'); process.exit(1)`),
  ).rejects.toMatchObject({
    problem: {
      detail:
        'The server ended before it was ready (exit code 1).\n    The database is newer.\n    Start the newer program.',
    },
  });
});

test('a child that is never ready is ended', async () => {
  const failure = await child(`console.error(process.pid); ${sleep}`, { patience: 400 }).catch(
    (error) => error.problem,
  );
  const pid = Number(await readFile(join(home.path, 'server.log'), 'utf8'));
  expect([failure.detail, findProcess(pid)]).toEqual([
    expect.stringMatching(/^The server was not ready after 0.4 s\./),
    undefined,
  ]);
}, 10_000);

test('a start that is stopped ends the child', async () => {
  const stop = new AbortController();
  const starting = child(`console.error(process.pid); ${sleep}`, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('stopped')), 300);
  await expect(starting).rejects.toThrow('stopped');
  expect(findProcess(Number(await readFile(join(home.path, 'server.log'), 'utf8')))).toBeUndefined();
});

test('a child dies with its launcher', async () => {
  const launcher = await run(
    `require('node:child_process').spawn('setpriv', ['--pdeathsig', 'TERM', '--', process.execPath, '-e', ${JSON.stringify(`require('fs').writeFileSync('${home.path}/pid', String(process.pid)); ${sleep}`)}], { detached: true, stdio: 'ignore' }); setInterval(() => {}, 1000)`,
  );
  const pid = await expect
    .poll(() => readFile(`${home.path}/pid`, 'utf8').catch(() => ''), { timeout: 5_000 })
    .toMatch(/\d/)
    .then(() => readFile(`${home.path}/pid`, 'utf8'));
  launcher.kill('SIGKILL');
  await expect.poll(() => findProcess(Number(pid)), { timeout: 5_000 }).toBeUndefined();
});

test('a service that is killed runs again, and people are told', async () => {
  const [said, pids]: [string[], (number | undefined)[]] = [[], []];
  const supervisor = new Supervisor(
    {
      name: 'server',
      title: 'server',
      start: () => child(`${ready}; ${sleep}`),
      stop: (running, hurry) => endProcess(running, { patience: 5_000, hurried: 100, hurry }),
    },
    { say: (text) => void said.push(text), onChange: async (pid) => void pids.push(pid) },
  );
  await supervisor.start();
  process.kill(pids[0] as number, 'SIGKILL');
  await expect.poll(() => said.at(-1), { timeout: 5_000 }).toBe('The server runs again.');
  await supervisor.stop(never);
  expect(said).toEqual([
    'The server ended unexpectedly (killed by SIGKILL). Starting it again.',
    'The server runs again.',
  ]);
  expect(pids).toEqual([expect.any(Number), undefined, expect.any(Number), undefined]);
});

test('what a service left is ended, when everything stops while it does not run', async () => {
  let ended = 0;
  const pids: (number | undefined)[] = [];
  const supervisor = new Supervisor(
    {
      name: 'agent',
      title: 'agent',
      start: () =>
        pids.length === 0 ? child(`${ready}; setTimeout(() => process.exit(1), 50)`) : Promise.reject(new Error('No.')),
      stop: async () => {},
      stopWithout: async () => void ended++,
    },
    { say: () => {}, onChange: async (pid) => void pids.push(pid) },
  );
  await supervisor.start();
  await expect.poll(() => pids, { timeout: 5_000 }).toContain(undefined);
  await supervisor.stop(never);
  expect(ended).toBe(1);
});

test('a service that does not come back is tried until it is stopped', async () => {
  const said: string[] = [];
  let starts = 0;
  const supervisor = new Supervisor(
    {
      name: 'server',
      title: 'server',
      start: () =>
        starts++ === 0
          ? child(`${ready}; setTimeout(() => process.exit(1), 50)`)
          : Promise.reject(new Error('No disk.')),
      stop: async () => {},
    },
    { say: (text) => void said.push(text), onChange: async () => {} },
  );
  await supervisor.start();
  await expect.poll(() => said, { timeout: 5_000 }).toContain('No disk. Starting it again in 1 s.');
  await supervisor.stop(never);
});

test('who does not end in time is ended; a hurry shortens the time', async () => {
  const slow = await child(`${deaf}; ${ready}`);
  await endProcess(slow, { patience: 100, hurried: 50, hurry: never });
  const hurry = new AbortController();
  const hasty = await child(`${deaf}; ${ready}`);
  setTimeout(() => hurry.abort(), 50);
  await endProcess(hasty, { patience: 60_000, hurried: 50, hurry: hurry.signal });
  expect([await slow.exited, await hasty.exited]).toEqual([
    { code: null, signal: 'SIGKILL' },
    { code: null, signal: 'SIGKILL' },
  ]);
});
