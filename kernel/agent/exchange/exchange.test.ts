import { command, file, type Resource } from '@freehold/sdk';
import type { ExchangeResponse, OwnerKey } from '@freehold/sdk/protocol';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, SimulatedMachine } from '../../testing/machine/index.ts';
import { type Agent, createAgent } from '../agent.ts';
import { openStateStore } from '../store/state-store.ts';
import { LevelServer } from '../testing/level-server.ts';
import { type ExchangeLink, LinkError } from './exchange-link.ts';

let machine: SimulatedMachine;
let server: LevelServer;
let stores: ReturnType<typeof openStateStore>[];
let agents: { agent: Agent; connection: Connection }[];

beforeEach(() => {
  machine = new SimulatedMachine();
  server = new LevelServer();
  stores = [];
  agents = [];
});

afterEach(async () => {
  for (const { agent, connection } of agents) {
    connection.cut();
    void agent.stop({ stopServices: false }).catch(() => undefined);
  }
});

/** A store that outlives the agent that closes it. */
function newStore() {
  const store = openStateStore(':memory:');
  stores.push(store);
  return { ...store, close: () => undefined };
}

function newAgent(link: ExchangeLink = server, store = newStore(), token: string | null = 'token') {
  const connection = machine.connect();
  const folder = (name: string) => `${machine.home}/node/${name}`;
  const agent = createAgent({
    system: connection.system,
    store,
    link,
    paths: {
      sites: folder('sites'),
      config: folder('config'),
      run: folder('run'),
      logs: folder('logs'),
      state: folder('state'),
    },
    trashFolder: `${machine.home}/agent/trash`,
    ports: { http: 8080, https: 8443 },
    log: pino({ level: process.env.AGENT_LOG ?? 'silent' }),
    loadToken: async () => token ?? undefined,
  });
  agents.push({ agent, connection });
  return { agent, connection, store };
}

const path = (name: string) => `${machine.home}/node/config/${name}`;
const content = (name: string, text: string): Resource[] => [file({ path: path(name), content: text })];
const applied = () => server.reports.filter((report) => report.kind === 'applied');
const settled = () => expect.poll(() => server.isSettled(), { timeout: 5000, interval: 5 }).toBe(true);

describe('an agent', () => {
  it('enrols, says what it is, and is ready after the first exchange', async () => {
    const { agent, store } = newAgent();
    await agent.start();
    expect(server.facts).toMatchObject({
      hostname: 'simulated',
      privileged: true,
      user: 'root',
      ports: { http: 8080, https: 8443 },
      serviceManager: 'agent',
      warnings: [],
      paths: { sites: path('').replace('config/', 'sites') },
    });
    expect(store.settings.find('identity')).toEqual({ node: 'node_1', name: 'local', key: 'key' });
    expect(store.settings.find('node')).toEqual(server.settings);
  });

  it('uses its key again, and its token never', async () => {
    const { agent, store } = newAgent();
    await agent.start();
    await agent.stop({ stopServices: false });
    await newAgent(server, store, null).agent.start();
    expect(server.tokens.size).toBe(0);
  });

  it('says what to do when it has neither', async () => {
    await expect(newAgent(server, newStore(), null).agent.start()).rejects.toThrow(/has no token/);
  });

  it('does what is wanted, and tells the facts only once', async () => {
    const { agent } = newAgent();
    await agent.start();
    server.want('role:a', content('a', 'one'));
    await settled();
    expect(machine.disk.readFile(path('a'))).toBe('one');
    server.want('role:a', content('a', 'two'));
    await settled();
    server.remove('role:a');
    await settled();
    expect(machine.disk.find(path('a'))).toBeUndefined();
    expect(applied().map(({ revision, outcome }) => [revision, outcome.kind])).toEqual([
      [1, 'inSync'],
      [2, 'inSync'],
      [3, 'inSync'],
    ]);
    expect(server.requests.filter(({ facts }) => facts)).toHaveLength(1);
  });

  it('does the later of two revisions that come in one answer', async () => {
    server.want('role:a', content('a', 'old'));
    const { agent } = newAgent();
    await agent.start();
    await settled();
    const document = (text: string, revision: number) => ({
      kind: 'apply' as const,
      document: {
        owner: 'role:a' as const,
        title: 'a',
        revision,
        generation: 1,
        secrets: {},
        resources: content('a', text).map((resource) => ({ resource, plugin: 'test', via: [] }) as never),
      },
    });
    server.extra.push(document('three', 3), document('two', 2));
    server.wake();
    await expect.poll(() => machine.disk.readFile(path('a'))).toBe('three');
    await agent.settled();
    server.extra.length = 0;
    expect(machine.disk.readFile(path('a'))).toBe('three');
    expect(applied().at(-1)?.revision).toBe(3);
  });

  it('is asked again for work that is to be tried again', async () => {
    let attempts = 0;
    machine.script('flaky', () => (++attempts < 3 ? { timedOut: true } : undefined));
    const { agent } = newAgent();
    await agent.start();
    server.want('role:a', [command({ id: 'x', argv: ['flaky'], onlyAfter: ['x:y'] })]);
    await settled();
    expect(applied().map(({ outcome }) => outcome.kind)).toEqual(['retry', 'retry', 'inSync']);
  });

  it('goes on where it was when the server is gone and comes back', async () => {
    let isGone = false;
    let missed = 0;
    const { agent } = newAgent(withFaults(server, { request: () => isGone && ++missed > 0 }));
    await agent.start();
    server.want('role:a', content('a', 'one'));
    await settled();
    isGone = true;
    server.want('role:a', content('a', 'two'));
    server.want('role:b', content('b', 'one'));
    await expect.poll(() => missed).toBeGreaterThan(5);
    expect(machine.disk.readFile(path('a'))).toBe('one');
    isGone = false;
    await settled();
    expect([machine.disk.readFile(path('a')), machine.disk.readFile(path('b'))]).toEqual(['two', 'one']);
  });

  it('keeps a report over its own end until the server has it', async () => {
    let isGone = false;
    const { agent, store, connection } = newAgent(
      withFaults(server, { request: ({ reports }) => isGone && reports.length > 0 }),
    );
    await agent.start();
    isGone = true;
    server.want('role:a', content('a', 'one'));
    await expect.poll(() => store.outbox.list(10).length).toBe(1);
    connection.cut();
    isGone = false;
    const next = newAgent(server, store);
    await next.agent.start();
    await settled();
    expect(applied()).toMatchObject([{ revision: 1, outcome: { kind: 'inSync' }, steps: [{ action: 'create' }] }]);
  });

  it('finishes what it has in hand before it ends, and tells of it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    machine.script('slow', async () => {
      await promise;
      return undefined;
    });
    const { agent } = newAgent();
    await agent.start();
    server.want('role:a', [command({ id: 'x', argv: ['slow'], onlyAfter: ['x:y'] })]);
    await expect.poll(() => machine.commands.runs.length).toBe(1);
    const stopped = agent.stop({ stopServices: false });
    resolve();
    await stopped;
    expect(applied()).toMatchObject([{ outcome: { kind: 'inSync' } }]);
  });

  it('is settled while a log is followed, and not before one that is only read was told', async () => {
    const { agent } = newAgent();
    await agent.start();
    const { log } = await import('@freehold/sdk');
    server.want('role:a', [log({ id: 'l', title: 'L', path: path('l.log') })]);
    await settled();
    const until = new Date(machine.clock.now() + 60_000).toISOString();
    const reading = { kind: 'log' as const, owner: 'role:a' as const, log: 'l', lines: 1, until };
    server.extra.push(
      { ...reading, request: 'followed', follow: true },
      { ...reading, request: 'read', follow: false },
    );
    server.wake();
    await expect.poll(() => server.requests.at(-1)?.inHand ?? []).toContain('log:followed');
    await agent.settled();
    server.extra.length = 0;
    expect(server.reports).toContainEqual(expect.objectContaining({ kind: 'log', request: 'read', end: true }));
    expect(server.reports).not.toContainEqual(expect.objectContaining({ request: 'followed', end: true }));
  });

  it('stops sending a log that nobody reads', async () => {
    const { agent } = newAgent();
    await agent.start();
    const { log } = await import('@freehold/sdk');
    server.want('role:a', [log({ id: 'l', title: 'L', path: path('l.log') })]);
    await settled();
    const until = new Date(machine.clock.now() + 60_000).toISOString();
    server.extra.push({ kind: 'log', request: 'r', owner: 'role:a', log: 'l', lines: 1, follow: true, until });
    server.wake();
    await expect.poll(() => server.requests.at(-1)?.inHand ?? []).toEqual(['log:r']);
    server.extra.length = 0;
    server.cancelled.push('log:r');
    server.wake();
    await expect.poll(() => server.reports.at(-1)).toMatchObject({ kind: 'log', end: true });
  });
});

describe('answers and requests that are lost, doubled or late', () => {
  const faults = fc.array(fc.constantFrom('none', 'request', 'answer', 'late', 'again'), { maxLength: 30 });
  const changes = fc.array(fc.tuple(fc.nat(3), fc.nat(9)), { minLength: 1, maxLength: 12 });

  it('do not matter: the machine ends as it is wanted', async () => {
    await fc.assert(
      fc.asyncProperty(faults, changes, async (plan, wanted) => {
        machine = new SimulatedMachine();
        server = new LevelServer();
        const queue = [...plan];
        const { agent, connection } = newAgent(faulty(server, () => queue.shift() ?? 'none'));
        await agent.start();
        const last = new Map<number, number>();
        for (const [owner, value] of wanted) {
          server.want(`role:${owner}`, content(`f${owner}`, `${value}`));
          last.set(owner, value);
          await machine.clock.pause(0);
        }
        await settled();
        for (const [owner, value] of last) expect(machine.disk.readFile(path(`f${owner}`))).toBe(`${value}`);
        for (const owner of last.keys()) expect(latest(`role:${owner}`)).toMatchObject({ outcome: { kind: 'inSync' } });
        connection.cut();
      }),
      { numRuns: 40 },
    );
  });

  const latest = (owner: OwnerKey) =>
    applied()
      .filter((report) => report.owner === owner)
      .sort((a, b) => a.revision - b.revision)
      .at(-1);
});

/** Makes each exchange go wrong in the way that is drawn for it. */
function faulty(link: LevelServer, draw: () => string): ExchangeLink {
  let earlier: ExchangeResponse | undefined;
  return {
    use: (key) => link.use(key),
    enrol: (request) => link.enrol(request),
    upload: () => link.upload(),
    async exchange(request, signal) {
      const fault = draw();
      if (fault === 'request') throw new LinkError('lost on the way there');
      const answer = await link.exchange(request, signal);
      if (fault === 'again') await link.exchange(request, signal);
      if (fault === 'answer') throw new LinkError('lost on the way back');
      // It says what was to be done at the time of an earlier one. The reports of its own request were taken all the same.
      if (fault === 'late' && earlier) return earlier;
      earlier = answer;
      return answer;
    },
  };
}

function withFaults(
  link: LevelServer,
  { request: isLost }: { request: (request: { reports: readonly unknown[] }) => boolean },
): ExchangeLink {
  return {
    use: (key) => link.use(key),
    enrol: (request) => link.enrol(request),
    upload: () => link.upload(),
    async exchange(request, signal) {
      if (isLost(request)) throw new LinkError('the server is gone');
      const answer = await link.exchange(request, signal);
      if (isLost(request)) throw new LinkError('the server is gone');
      return answer;
    },
  };
}
