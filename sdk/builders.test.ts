import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { defineAction, defineAppType } from './app-type.ts';
import { allow, defineHook, refuse } from './hook.ts';
import * as kernelHooks from './kernel-hooks.ts';
import { ENGINE_VERSION, MANIFEST_FORMAT, Manifest } from './manifest.ts';
import { definePlugin } from './plugin.ts';
import * as primitives from './primitives.ts';
import { releaseResources } from './releases.ts';
import { resourceKey } from './resource.ts';
import { defineDriver, defineResourceType, output } from './resource-type.ts';
import { Fields, Type } from './schema.ts';

describe('the builders of primitives', () => {
  const { archive, command, dataset, debianPackage, directory, file, fragment, key, link, log, service, timer, user } =
    primitives;
  const sha256 = 'a'.repeat(64);

  it.each<[primitives.Primitive, string]>([
    [directory({ path: '/a', mode: '0755' }), 'directory:/a'],
    [file({ path: '/a', content: 'x', secret: true, listens: ['unix:/x', 'tcp:127.0.0.1:80'] }), 'file:/a'],
    [fragment({ path: '/a', key: 'b', content: 'x' }), 'fragment:/a#b'],
    [link({ path: '/a', target: '../b' }), 'link:/a'],
    [user({ name: 'app_1', home: '/a', groups: ['www-data'] }), 'user:app_1'],
    [key({ path: '/a', algorithm: 'ed25519', request: { names: ['a.example'] } }), 'key:/a'],
    [archive({ path: '/a', source: 'upload', sha256, format: 'tar.gz' }), 'archive:/a'],
    [command({ id: 'x', argv: ['true'], creates: '/a', env: { A: 'b' }, timeout: 5 }), 'command:x'],
    [service({ name: 'nginx', argv: ['nginx'], reloadSignal: 'SIGHUP', reloadAfter: ['/a/**'] }), 'service:nginx'],
    [timer({ id: 'x', schedule: '*/5 * * * *', argv: ['true'] }), 'timer:x'],
    [dataset({ id: 'x', title: 'X', files: { path: '/a' } }), 'dataset:x'],
    [debianPackage({ name: 'nginx-light', masks: ['nginx.service'] }), 'package:nginx-light'],
    [log({ id: 'x', title: 'X', path: '/a', keep: 3 }), 'log:x'],
  ])('name a resource and give it a spec that its schema takes: %#', (resource, name) => {
    expect(resourceKey(resource)).toBe(name);
    expect(primitives.isPrimitive(resource)).toBe(true);
    expect([...Value.Errors(primitives.primitiveSchemas[resource.type], resource.spec)]).toEqual([]);
    expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  });

  it('are as many as there are schemas', () => {
    const made = Object.values(primitives).filter((value) => typeof value === 'function' && value.length === 1).length;
    // isPrimitive and resourceKey take one argument, too.
    expect(made - 2).toBe(Object.keys(primitives.primitiveSchemas).length);
  });

  it('tell primitives from other resources, whatever their names', () => {
    expect(primitives.isPrimitive({ type: 'http.route', id: 'x', spec: {} })).toBe(false);
    expect(primitives.isPrimitive({ type: 'toString', id: 'x', spec: {} })).toBe(false);
  });

  it.each<[string, primitives.PrimitiveType, object]>([
    ['an unknown field', 'directory', { path: '/a', colour: 'red' }],
    ['a path that climbs', 'file', { path: '/a/../b', content: '' }],
    ['an empty command', 'command', { id: 'x', argv: [] }],
    ['a null character in an argument', 'command', { id: 'x', argv: ['a\u0000b'] }],
    ['a shell instead of arguments', 'timer', { id: 'x', schedule: '* * * * *', argv: 'rm -rf /' }],
    ['a schedule with a line break', 'timer', { id: 'x', schedule: '* * * *\n*', argv: ['x'] }],
    ['a hash that is none', 'archive', { path: '/a', source: 'upload', sha256: 'abc', format: 'tar' }],
    ['a package with options', 'package', { name: 'nginx -o x' }],
    ['a link to nothing', 'link', { path: '/a', target: '' }],
  ])('have schemas that refuse %s', (_, type, spec) => {
    expect(Value.Check(primitives.primitiveSchemas[type], spec)).toBe(false);
  });
});

describe('releaseResources', () => {
  const release = (number: number) => ({ number, sha256: String(number).repeat(64), format: 'tar' as const });
  const app = {
    id: 'app_1',
    name: 'a',
    tenant: 't',
    user: 'app_1',
    group: 'app_1',
    home: '/srv/app_1',
    suspended: false,
  };
  const folder = '/srv/app_1/files';
  const shape = (kept: number[], current: number | null) =>
    releaseResources(
      { app, releases: { kept: kept.map(release), current: current === null ? null : release(current) } },
      { folder, empty: 'starter', group: 'www-data' },
    ).map(({ type, id, spec }) => (type === 'link' ? `${id} -> ${(spec as { target: string }).target}` : id));

  it('points to the empty folder before the first deployment', () => {
    expect(shape([], null)).toEqual([`${folder}/releases`, `${folder}/current -> starter`]);
  });

  it('unpacks all that are kept, oldest first, and points to the current one', () => {
    expect(shape([12, 11, 2], 11)).toEqual([
      `${folder}/releases`,
      `${folder}/releases/2`,
      `${folder}/releases/11`,
      `${folder}/releases/12`,
      `${folder}/current -> releases/11`,
    ]);
  });

  it('gives the files to the app and lets the group read', () => {
    const input = { app, releases: { kept: [release(1)], current: release(1) } };
    expect(releaseResources(input, { folder, empty: 'e', group: 'www-data' })[1]).toEqual({
      type: 'archive',
      id: `${folder}/releases/1`,
      spec: {
        path: `${folder}/releases/1`,
        source: 'upload',
        sha256: '1'.repeat(64),
        format: 'tar',
        owner: 'app_1',
        group: 'www-data',
        mode: '0750',
      },
    });
  });

  it('does not change what it was given', () => {
    const kept = Object.freeze([release(2), release(1)]);
    releaseResources({ app, releases: { kept, current: null } }, { folder, empty: 'e' });
    expect(kept.map(({ number }) => number)).toEqual([2, 1]);
  });
});

describe('definitions', () => {
  const pool = defineResourceType({
    type: 'php.pool',
    version: 2,
    spec: Fields({ workers: Type.Integer() }),
    outputs: { socket: 'Where it listens.' },
  });

  it('are plain values, told apart by a name and not by their class', () => {
    const driver = defineDriver(pool, { outputs: () => ({ socket: 'x' }), lower: () => [] });
    const appType = defineAppType({
      ...{ id: 'a', title: 'A', description: 'A.', category: 'web', specVersion: 1 },
      spec: Fields({}),
      resources: () => [],
      actions: { clear: defineAction({ title: 'Clear', input: Fields({ all: Type.Boolean() }), commands: () => [] }) },
    });
    const hook = defineHook({ id: 'a.b', kind: 'gate', version: 1, input: Fields({}) });
    const plugin = definePlugin({ appTypes: [appType], resourceTypes: [driver] });
    expect([pool, driver, appType, hook, plugin].map(({ $$type }) => $$type)).toEqual([
      'freehold/resource-type',
      'freehold/driver',
      'freehold/app-type',
      'freehold/hook',
      'freehold/plugin',
    ]);
    for (const value of [pool, driver, appType, hook, plugin])
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('of a resource type make resources, and placeholders for their outputs', () => {
    const resource = pool.resource('main', { workers: 3 });
    expect(resource).toEqual({ type: 'php.pool', id: 'main', spec: { workers: 3 } });
    expect(output(resource, 'socket')).toBe('freehold-output(php.pool:main:socket)');
    expect(defineResourceType({ type: 'a.b', version: 1, spec: Fields({}) }).outputs).toEqual({});
  });

  it('of verdicts', () => {
    expect([allow, refuse('No.')]).toEqual([{ allow: true }, { allow: false, reason: 'No.' }]);
  });
});

describe('the hooks of the kernel', () => {
  const hooks = Object.values(kernelHooks);

  it('have ids of their own and say what goes in and out', () => {
    expect(new Set(hooks.map(({ id }) => id)).size).toBe(hooks.length);
    for (const hook of hooks) {
      expect(hook.id).toMatch(/^[a-z]+\.[a-z][A-Za-z]+$/);
      expect(hook.version).toBeGreaterThanOrEqual(1);
      expect(hook.input).toHaveProperty('type', 'object');
      expect('output' in hook).toBe(hook.kind === 'collect' || hook.kind === 'first');
    }
  });

  it('have names that a manifest may declare', () => {
    const taps = Object.fromEntries(hooks.map(({ id, version }) => [id, version]));
    const manifest = {
      manifest: MANIFEST_FORMAT,
      id: 'x',
      displayName: 'X',
      engine: `^${ENGINE_VERSION}`,
      contributes: { taps },
    };
    expect([...Value.Errors(Manifest, manifest)]).toEqual([]);
  });
});
