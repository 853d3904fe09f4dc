import { randomBytes } from 'node:crypto';
import { type DriverInput, file, output, type Problem, type Resource } from '@freehold/sdk';
import { describe, expect, test } from 'vitest';
import type { LoadedAppType, LoadedDriver, PluginHost } from '../plugin-host/plugin-host.ts';
import { Keyring } from '../secrets/keyring.ts';
import { checkApp, computeApp, type Tools } from './compute.ts';
import type { AppState, NodeState } from './inputs.ts';

const keyring = new Keyring(randomBytes(32));
const plugin = (id: string) => ({ id, version: '1.0.0', capabilities: {} });

/** A driver that does what the test says. */
interface FakeDriver {
  readonly lower: (input: DriverInput<unknown>) => readonly Resource[];
  readonly outputs?: (input: DriverInput<unknown>) => Record<string, string>;
  readonly check?: (input: DriverInput<unknown>) => readonly Problem[];
}

const driver = (type: string, { lower, outputs, check }: FakeDriver): LoadedDriver => ({
  plugin: plugin(type.split('.')[0] as string),
  type,
  version: 1,
  validateSpec: (spec) => (spec === 'bad' ? [{ pointer: '', rule: 'type', message: 'bad is not allowed.' }] : []),
  check: async (input) => check?.(input) ?? [],
  outputs: async (input) => outputs?.(input) ?? {},
  lower: async (input) => lower(input),
});

const tools = (resources: LoadedAppType['resources'], drivers: Record<string, FakeDriver> = {}): Tools => ({
  keyring,
  plugins: {
    list: () => [],
    findRole: () => undefined,
    findDriver: (type) => (drivers[type] ? driver(type, drivers[type]) : undefined),
    findAppType: (id) =>
      ({
        ...{
          plugin: plugin('main'),
          id,
          title: id,
          description: '',
          category: 'web',
          specVersion: 2,
          spec: {},
          actions: [],
          requires: [],
        },
        validateSpec: (spec: unknown) => ({ spec, problems: [] }),
        check: async () => [],
        links: async () => [],
        commands: async () => [],
        migrateSpec: async (spec: object, from: number) => ({ ...spec, migratedFrom: from }),
        resources,
      }) as unknown as LoadedAppType,
  } as Pick<PluginHost, 'findAppType' | 'findDriver' | 'findRole' | 'list'>,
});

const paths = { sites: '/srv/sites', config: '/srv/config', run: '/srv/run', logs: '/srv/logs', state: '/srv/state' };
const enabled = (role = {}) => ({
  config: { level: 1 },
  capabilities: { paths: ['{sites}/*', '{sites}/*/**', '{config}/**'] },
  observed: role,
  ready: true,
  busy: false,
});
const node: NodeState = {
  input: {
    ...{ id: 'nod_1', name: 'local', privileged: true, user: 'root', paths, ports: { http: 80, https: 443 } },
    ...{ os: { id: 'debian', version: '12', arch: 'x64' }, cpus: 2, memoryBytes: 1e9, ipv6: false },
  },
  plugins: new Map(['main', 'a', 'b'].map((id) => [id, enabled({ id })])),
};
const app: AppState = {
  ...{ id: 'app_1', name: 'shop', tenant: 'tnt_1', type: 'x', spec: {}, specVersion: 2 },
  ...{ suspended: false, releases: { current: null, kept: [] }, observed: { 'key:x': 1 } },
};
const home = '/srv/sites/app_1';
const at = (name: string, content = '') => file({ path: `${home}/${name}`, content });
const resource = (type: string, id: string, spec: unknown = {}): Resource => ({ type, id, spec });

const compute = (resources: readonly Resource[] | LoadedAppType['resources'], drivers?: Record<string, FakeDriver>) =>
  computeApp(app, node, tools(typeof resources === 'function' ? resources : async () => resources, drivers));
const lowered = async (...parameters: Parameters<typeof compute>) =>
  (await compute(...parameters)).resources.map((one) => ({
    path: (one.resource.spec as { path: string }).path,
    plugin: one.plugin,
    via: one.via,
  }));

describe('lowering', () => {
  test('puts what a resource becomes in its place, and remembers where it came from', async () => {
    const drivers: Record<string, FakeDriver> = {
      'a.outer': { lower: () => [at('2'), resource('b.inner', 'i'), at('4')] },
      'b.inner': { lower: () => [at('3')] },
    };
    expect(await lowered([at('1'), resource('a.outer', 'o'), at('5')], drivers)).toEqual([
      { path: `${home}/1`, plugin: 'main', via: [] },
      { path: `${home}/2`, plugin: 'a', via: ['a.outer:o'] },
      { path: `${home}/3`, plugin: 'b', via: ['a.outer:o', 'b.inner:i'] },
      { path: `${home}/4`, plugin: 'a', via: ['a.outer:o'] },
      { path: `${home}/5`, plugin: 'main', via: [] },
    ]);
  });

  test('tells a driver whose it is, and what was configured and observed', async () => {
    let seen: unknown;
    const lower = ({ secret: _, ...input }: DriverInput<unknown>) => {
      seen = input;
      return [];
    };
    await compute([resource('a.pool', 'p', { size: 1 })], { 'a.pool': { lower } });
    expect(seen).toEqual({
      id: 'p',
      spec: { size: 1 },
      owner: { kind: 'app', id: 'app_1', user: 'app_1', group: 'app_1', home },
      node: node.input,
      config: { level: 1 },
      role: { id: 'a' },
      observed: { 'key:x': 1 },
    });
  });

  const refused: [string, string, RegExp, readonly Resource[], Record<string, FakeDriver>?][] = [
    [
      'a resource that is declared twice',
      'DuplicateResource',
      /file:\/srv\/sites\/app_1\/x.*twice/,
      [at('x'), at('x')],
    ],
    [
      'two drivers that make the same',
      'DuplicateResource',
      /by plugin a and by plugin b/,
      [resource('a.x', '1'), resource('b.x', '1')],
      {
        'a.x': { lower: () => [at('same')] },
        'b.x': { lower: () => [at('same')] },
      },
    ],
    [
      'two contributed resources with one key',
      'DuplicateResource',
      /a.x:1/,
      [resource('a.x', '1'), resource('a.x', '1')],
      { 'a.x': { lower: () => [] } },
    ],
    ['a type that nobody drives', 'ResourceTypeUnknown', /z.x/, [resource('z.x', '1')]],
    [
      'a driver that is not enabled on the node',
      'PluginNotEnabled',
      /c.x needs the plugin c/,
      [resource('c.x', '1')],
      { 'c.x': { lower: () => [] } },
    ],
    [
      'a type without end',
      'TooDeep',
      /more than 8 times/,
      [resource('a.x', '1')],
      {
        'a.x': { lower: ({ id }) => [resource('a.x', `${Number(id) + 1}`)] },
      },
    ],
    ['too many resources', 'TooManyResources', /5000/, Array.from({ length: 5_001 }, (_, index) => at(`${index}`))],
    [
      'a primitive that breaks its schema',
      'InvalidResource',
      /relative/,
      [{ type: 'file', id: 'x', spec: { path: 'relative', content: '' } }],
    ],
    [
      'a contributed resource that breaks its contract',
      'InvalidResource',
      /bad is not allowed/,
      [resource('a.x', '1', 'bad')],
      { 'a.x': { lower: () => [] } },
    ],
    ['something that is no resource', 'InvalidResource', /no resource/, [null as unknown as Resource]],
    [
      'a path outside of what the plugin may',
      'CapabilityMissing',
      /main may not touch \/etc\/passwd/,
      [file({ path: '/etc/passwd', content: '' })],
    ],
    [
      'the folder of another app',
      'CapabilityMissing',
      /belongs to app app_2/,
      [file({ path: '/srv/sites/app_2/x', content: '' })],
    ],
    [
      'a service of an app',
      'CapabilityMissing',
      /only a node role/,
      [{ type: 'service', id: 's', spec: { name: 's', argv: ['/bin/s'] } }],
    ],
  ];
  test.each(refused)('refuses %s', async (_, reason, message, resources, drivers) => {
    await expect(compute(resources, drivers)).rejects.toMatchObject({
      reason,
      message: expect.stringMatching(message),
    });
  });

  test('names everything that is missing at once', async () => {
    const resources = ['/etc/a', '/etc/b'].map((path) => file({ path, content: '' }));
    await expect(compute(resources)).rejects.toThrow(/\/etc\/a.*\/etc\/b/);
  });

  test('blames the plugin whose function throws', async () => {
    const boom = () => {
      throw new Error('boom');
    };
    await expect(compute(async () => boom())).rejects.toMatchObject({ reason: 'PluginFailed', plugin: 'main' });
    await expect(compute([resource('a.x', '1')], { 'a.x': { lower: boom } })).rejects.toMatchObject({
      reason: 'PluginFailed',
      plugin: 'a',
      message: expect.stringContaining('lower of a.x:1'),
    });
  });
});

describe('outputs', () => {
  const pool = { type: 'a.pool', id: 'main' } as Parameters<typeof output>[0];
  const socket = output(pool as never, 'socket' as never);
  const drivers: Record<string, FakeDriver> = {
    'a.pool': { lower: () => [], outputs: ({ owner }) => ({ socket: `/run/${owner.id}.sock`, bad: 'a b;' }) },
    'b.route': {
      lower: ({ id, spec }) => [at(id, (spec as { pass: string }).pass)],
      outputs: ({ spec }) => ({ seen: (spec as { pass: string }).pass }),
    },
  };
  const contents = async (resources: readonly Resource[]) =>
    (await compute(resources, drivers)).resources.map((one) => (one.resource.spec as { content: string }).content);

  test('stand in specs before a driver sees them, and in primitives, wherever they were declared', async () => {
    expect(
      await contents([
        at('x', `pass unix:${socket};`),
        resource('b.route', 'r', { pass: `unix:${socket}` }),
        resource('a.pool', 'main'),
      ]),
    ).toEqual(['pass unix:/run/app_1.sock;', 'unix:/run/app_1.sock']);
  });

  test('can be made of other outputs', async () => {
    const seen = output({ type: 'b.route', id: 'one' } as never, 'seen' as never);
    expect(
      await contents([
        resource('b.route', 'two', { pass: seen }),
        resource('b.route', 'one', { pass: socket }),
        resource('a.pool', 'main'),
      ]),
    ).toEqual(['/run/app_1.sock', '/run/app_1.sock']);
  });

  test.each<[string, string, readonly Resource[]]>([
    ['of a resource that there is not', 'OutputUnknown', [at('x', socket)]],
    [
      'that the driver does not give',
      'OutputUnknown',
      [resource('a.pool', 'main'), at('x', output(pool as never, 'port' as never))],
    ],
    [
      'with characters that mean something in configurations',
      'OutputInvalid',
      [resource('a.pool', 'main'), at('x', output(pool as never, 'bad' as never))],
    ],
    [
      'that wait for each other',
      'OutputCycle',
      [
        resource('b.route', 'one', { pass: output({ type: 'b.route', id: 'two' } as never, 'seen' as never) }),
        resource('b.route', 'two', { pass: output({ type: 'b.route', id: 'one' } as never, 'seen' as never) }),
      ],
    ],
    [
      'of the resource itself',
      'OutputCycle',
      [resource('b.route', 'one', { pass: output({ type: 'b.route', id: 'one' } as never, 'seen' as never) })],
    ],
  ])('%s are refused', async (_, reason, resources) => {
    await expect(compute(resources, drivers)).rejects.toMatchObject({ reason });
  });
});

describe('secrets', () => {
  test('are placeholders, the same for the same name, and remembered with their length', async () => {
    const computed = await compute(async ({ secret }) => [
      at('a', secret('db')),
      at('b', secret('db')),
      at('c', secret('token', { length: 64 })),
    ]);
    const [a, b, c] = computed.resources.map((one) => (one.resource.spec as { content: string }).content);
    expect(a).toBe(keyring.placeholder('app:app_1', 'db'));
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    expect([...computed.secrets]).toEqual([
      ['db', 32],
      ['token', 64],
    ]);
  });

  test.each([
    ['Db', {}],
    ['', {}],
    ['a', { length: 4 }],
  ])('called %j %j are refused', async (name, options) => {
    await expect(compute(async ({ secret }) => [at('a', secret(name, options))])).rejects.toMatchObject({
      reason: 'PluginFailed',
    });
  });
});

describe('what a node cannot do', () => {
  const problem = { pointer: '/version', message: 'PHP 9 is not installed.', remedy: 'Choose 8.2.' };
  const drivers: Record<string, FakeDriver> = {
    'a.pool': {
      check: () => [problem],
      lower: () => {
        throw new Error('is not asked');
      },
      outputs: () => {
        throw new Error('cannot say');
      },
    },
  };
  const wish = [resource('a.pool', 'main'), at('x', 'freehold-output(a.pool:main:socket)')];

  test('is told to whoever asks, before anything is lowered', async () => {
    expect(
      await checkApp(
        app,
        node,
        tools(async () => wish, drivers),
      ),
    ).toEqual([{ ...problem, pointer: '' }]);
  });

  test('is why there is no document', async () => {
    await expect(compute(wish, drivers)).rejects.toMatchObject({
      reason: 'SpecRefused',
      message: 'PHP 9 is not installed. Choose 8.2.',
    });
  });
});

test('an old spec is brought to the version of its type, and one that is too new is refused', async () => {
  let seen: unknown;
  const wiring = tools(async ({ spec }) => {
    seen = spec;
    return [];
  });
  await computeApp({ ...app, spec: { a: 1 }, specVersion: 1 }, node, wiring);
  expect(seen).toEqual({ a: 1, migratedFrom: 1 });
  await expect(computeApp({ ...app, specVersion: 3 }, node, wiring)).rejects.toMatchObject({ reason: 'SpecTooNew' });
});

test('on a node whose agent is not root everything belongs to the user of the agent', async () => {
  const unprivileged = { ...node, input: { ...node.input, privileged: false, user: 'ada' } };
  let seen: unknown;
  await computeApp(
    app,
    unprivileged,
    tools(async (input) => {
      seen = input.app;
      return [];
    }),
  );
  expect(seen).toMatchObject({ user: 'ada', group: 'ada', id: 'app_1' });
});
