import { findMissingCapabilities } from '@freehold/sdk/protocol';
import { describe, expect, it } from 'vitest';
import { appInput, loadFixtures, node } from './fixtures/load-fixtures.ts';
import type { LoadedAppType, LoadedDriver, PluginHost } from './plugin-host.ts';

const good = ['good', 'good-driver'];
const shopOf = (host: PluginHost) => host.findAppType('shop') as LoadedAppType;

describe('an app type', () => {
  it('is shown as data', async () => {
    const { host } = await loadFixtures(good);
    expect(host.appTypes()).toEqual([
      expect.objectContaining({
        plugin: { id: 'good', version: '1.0.0', capabilities: { paths: ['{sites}/*', '{sites}/*/**'] } },
        id: 'shop',
        title: 'Shop',
        category: 'web',
        specVersion: 2,
        files: { maxBytes: 1_000_000, maxEntries: 100, keep: 3 },
        requires: ['good', 'good-driver'],
      }),
    ]);
    expect(shopOf(host).actions).toMatchObject([
      { id: 'clear', title: 'Clear the cache', warning: 'The next visitor waits.' },
    ]);
    expect(host.findAppType('nothing')).toBeUndefined();
  });

  it('fills in defaults and names every problem of a spec', async () => {
    const { host } = await loadFixtures(good);
    expect(shopOf(host).validateSpec({ hostname: 'a.example' })).toEqual({
      spec: { hostname: 'a.example', pages: 3 },
      problems: [],
    });
    expect(
      shopOf(host)
        .validateSpec({ pages: 0, colour: 'red' })
        .problems.map(({ pointer }) => pointer),
    ).toEqual(['/hostname', '/colour', '/pages']);
  });

  it('computes resources, links, problems and commands', async () => {
    const { host } = await loadFixtures(good, { verifyPurity: true });
    const shop = shopOf(host);
    const input = appInput({ hostname: 'taken.example', pages: 3 });
    await expect(shop.resources(input)).resolves.toEqual([
      { type: 'directory', id: '/srv/sites/app_1', spec: { path: '/srv/sites/app_1' } },
      { type: 'test.cache', id: 'main', spec: { megabytes: 3 } },
      {
        type: 'file',
        id: '/srv/sites/app_1/shop.json',
        spec: {
          path: '/srv/sites/app_1/shop.json',
          content: '{"cache":"freehold-output(test.cache:main:folder)","password":"secret(admin,32)"}',
          secret: true,
        },
      },
    ]);
    await expect(shop.links(input)).resolves.toEqual([{ title: 'Shop', url: 'https://taken.example/' }]);
    await expect(shop.check(input)).resolves.toEqual([{ pointer: '/hostname', message: 'It is taken.' }]);
    const { input: filled } = shop.actions[0]?.validateInput({}) ?? {};
    await expect(shop.commands('clear', { ...input, input: filled })).resolves.toEqual([
      { id: 'clear', argv: ['rm', '--some'], creates: '/nowhere' },
    ]);
    await expect(shop.commands('toString', { ...input, input: {} })).rejects.toThrow('there is no such action');
  });

  it('brings old specs to the current version and refuses newer ones', async () => {
    const { host } = await loadFixtures(good);
    await expect(shopOf(host).migrateSpec({ hostname: 'a.example' }, 1)).resolves.toEqual({
      hostname: 'a.example',
      pages: 7,
    });
    await expect(shopOf(host).migrateSpec({ pages: 1 }, 2)).resolves.toEqual({ pages: 1 });
    await expect(shopOf(host).migrateSpec({}, 3)).rejects.toThrow('the spec has version 3');
  });
});

describe('a driver and a role', () => {
  it('lower resources and say where things are', async () => {
    const { host } = await loadFixtures(good);
    const driver = host.findDriver('test.cache') as LoadedDriver;
    const owner = { kind: 'app' as const, id: 'app_1', user: 'app_1', group: 'app_1', home: '/srv/sites/app_1' };
    const input = {
      id: 'main',
      spec: { megabytes: 900 },
      owner,
      node,
      config: {},
      role: {},
      observed: {},
      secret: () => '',
    };
    expect([driver.plugin.id, driver.version]).toEqual(['good-driver', 1]);
    expect(driver.validateSpec({ megabytes: 0 })).toMatchObject([{ pointer: '/megabytes', rule: 'minimum' }]);
    await expect(driver.check(input)).resolves.toMatchObject([{ pointer: '/megabytes' }]);
    await expect(driver.outputs(input)).resolves.toEqual({ folder: '/srv/state/cache/main' });
    await expect(driver.lower(input)).resolves.toMatchObject([{ type: 'directory' }]);

    const role = host.findRole('good-driver');
    expect(role?.validateConfig({ x: 1 }).problems).toHaveLength(1);
    expect(role?.requires).toEqual(['good-driver']);
    await expect(role?.resources({ node, config: {}, observed: {}, secret: () => '' })).resolves.toHaveLength(1);
    expect(host.findRole('good')).toBeUndefined();
  });

  it('can be checked against what the manifest asks for', async () => {
    const { host } = await loadFixtures(['role-outside-capabilities']);
    const role = host.findRole('role-outside-capabilities');
    const resources = (await role?.resources({ node, config: {}, observed: {}, secret: () => '' })) ?? [];
    const scope = { owner: 'role:role-outside-capabilities' as const, agentUser: 'root', paths: node.paths };
    const missing = resources.flatMap((resource) =>
      findMissingCapabilities(
        { resource: resource as never, plugin: 'p', via: [] },
        role?.plugin.capabilities ?? {},
        scope,
      ),
    );
    expect(missing.map(({ capability, value }) => `${capability} ${value}`)).toEqual([
      'paths /etc/shadow',
      'packages netcat',
    ]);
  });
});

describe('a job', () => {
  it('runs with its configuration', async () => {
    const { host, logged } = await loadFixtures(good);
    expect(host.jobs()).toMatchObject([{ id: 'nightly', schedule: '0 3 * * *', plugin: { id: 'good' } }]);
    await host.jobs()[0]?.run();
    expect(logged).toContainEqual({ message: 'It ran', fields: { fields: { greeting: 'hello' } } });
  });
});

describe('a pure function that breaks its contract', () => {
  it.each([
    ['throws', 'it failed: names is not iterable', 'threw'],
    ['mutates', 'Cannot add property 0, object is not extensible', 'threw'],
    ['no-json', 'its answer is no JSON: /0/at is an instance of Date', 'not-json'],
    ['no-resources', 'its answer is not what the contract says: /0/id: Field "id" is missing.', 'bad-result'],
    ['twice', '/1: directory:/srv/sites/app_1 is there twice.', 'bad-result'],
    ['asynchronous', 'it gave a promise; it must give its answer at once', 'asynchronous'],
    ['impure', 'it gave two answers to the same question: …', 'not-pure'],
  ])('%s: is refused with plugin, function and app', async (type, reason, code) => {
    const { host } = await loadFixtures(['misbehaving'], { verifyPurity: true });
    const input = appInput({ names: [] });
    const error = await host
      .findAppType(type)
      ?.resources(input)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'PluginError',
      code,
      plugin: 'misbehaving',
      function: `resources() of app type ${type}`,
      subject: 'app app_1',
      message: expect.stringContaining(`Plugin misbehaving, resources() of app type ${type} for app app_1: `),
    });
    expect((error as Error).message).toContain(reason);
    expect(input.spec).toEqual({ names: [] });
  });
});
