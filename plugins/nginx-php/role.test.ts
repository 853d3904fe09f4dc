import { readFileSync } from 'node:fs';
import type { Capabilities, NodeInput, Primitive } from '@freehold/sdk';
import { findMissingCapabilities } from '@freehold/sdk/protocol';
import { expect, test } from 'vitest';
import type { Config } from './config.ts';
import plugin from './index.ts';
import { phpSite } from './php-site.app-type.ts';
import { role } from './role.ts';
import { staticSite } from './static-site.app-type.ts';
import { lowerAll } from './test/machine/lowering.ts';

const { freehold: manifest } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

const paths = { sites: '/f/sites', config: '/f/config', run: '/f/run', logs: '/f/logs', state: '/f/state' };
const node: NodeInput = {
  id: 'node_1',
  name: 'one',
  privileged: true,
  user: 'root',
  paths,
  ports: { http: 80, https: 443 },
  os: { id: 'debian', version: '12', arch: 'x64' },
  cpus: 2,
  memoryBytes: 1,
  ipv6: true,
};
const config: Config = {
  packages: ['nginx', 'php-fpm', 'php8.4-fpm'],
  phpSearchPaths: ['/usr/sbin', '/opt/php'],
  disabledFunctions: ['exec', 'system'],
  opcacheMegabytes: 128,
  reloadGraceSeconds: 3,
  drainSeconds: 60,
};
const observed = {
  'command:php-versions': ['/usr/sbin/php-fpm8.2', '/opt/php/php-fpm8.10', '/opt/php/php-fpm8.2', '/usr/sbin/php-fpm'],
};
const compute = (options: { observed?: object; node?: NodeInput; config?: Config } = {}) =>
  role({ node, config, secret: (name) => name, ...options, observed: { ...options.observed } }) as Primitive[];

const specs = <Type extends Primitive['type']>(resources: Primitive[], type: Type) =>
  resources.flatMap((resource) =>
    resource.type === type ? [resource.spec as Extract<Primitive, { type: Type }>['spec']] : [],
  );

test('the first computation knows no PHP, and looks for it after the packages', () => {
  const resources = compute();
  expect(specs(resources, 'service').map(({ name }) => name)).toEqual(['nginx']);
  expect(specs(resources, 'package')).toEqual([
    { name: 'nginx', masks: ['nginx.service'] },
    { name: 'php-fpm' },
    { name: 'php8.4-fpm', masks: ['php8.4-fpm.service'] },
    { name: 'openssl' },
    { name: 'procps' },
  ]);
  const types = resources.map(({ type }) => type);
  expect(types.indexOf('command')).toBe(types.lastIndexOf('package') + 1);
});

test('the second one runs every version that was found, newest first, and all before nginx', () => {
  const resources = compute({ observed });
  expect(specs(resources, 'service').map(({ name, argv }) => [name, argv[0]])).toEqual([
    ['php-fpm-8.10', '/opt/php/php-fpm8.10'],
    ['php-fpm-8.2', '/usr/sbin/php-fpm8.2'],
    ['nginx', 'nginx'],
  ]);
  expect(specs(resources, 'package')[1]).toEqual({ name: 'php-fpm', masks: ['php8.2-fpm.service'] });
});

test('the third one is the same as the second', () => {
  expect(compute({ observed })).toEqual(compute({ observed }));
});

test('nothing leaves the node’s folders, and no two resources have one name', () => {
  const resources = compute({ observed });
  const written = resources.flatMap(({ type, spec }) =>
    type === 'file' || type === 'directory' || type === 'log' ? [spec.path] : [],
  );
  for (const path of written) expect(path).toMatch(/^\/f\/(?:config|run|logs|state)\//);
  expect(new Set(resources.map(({ type, id }) => `${type}:${id}`)).size).toBe(resources.length);
});

test('every folder stands before what is in it', () => {
  const made = new Set(Object.values(paths));
  for (const { type, spec } of compute({ observed })) {
    if (type !== 'file' && type !== 'directory' && type !== 'log') continue;
    expect(made).toContain(spec.path.slice(0, spec.path.lastIndexOf('/')));
    if (type === 'directory') made.add(spec.path);
  }
});

test('IPv6, and the user that nginx works as, are left out where the node has none', () => {
  const main = (given: NodeInput) =>
    specs(compute({ node: given }), 'file').find(({ path }) => path.endsWith('nginx.conf'))?.content;
  expect(main(node)).toContain('listen [::]:80 default_server');
  expect(main(node)).toContain('user www-data www-data;');
  const own = main({ ...node, ipv6: false, privileged: false, user: 'me', ports: { http: 8080, https: 8443 } });
  expect(own).not.toContain('[::]');
  expect(own).not.toMatch(/^user /m);
});

test('an unprivileged node names no user but its own', () => {
  const own = { ...node, privileged: false, user: 'me' };
  const names = compute({ observed, node: own }).flatMap(({ spec }) => ('owner' in spec ? [spec.owner] : []));
  expect(new Set(names)).toEqual(new Set(['me']));
});

test('the hoster’s settings reach PHP', () => {
  const ini = specs(compute({ observed }), 'file').find(({ path }) => path.endsWith('freehold.ini'))?.content;
  expect(ini).toContain('disable_functions = "exec,system"');
  expect(ini).toContain('opcache.memory_consumption = "128"');
});

test('all that the plugin does is within the capabilities of its manifest', () => {
  const capabilities: Capabilities = manifest.capabilities;
  const app = {
    id: 'app_1',
    name: 'a',
    tenant: 't',
    user: 'app_1',
    group: 'app_1',
    home: '/f/sites/app_1',
    suspended: false,
  };
  const owner = { kind: 'app', ...app } as const;
  const releases = { current: null, kept: [{ number: 1, sha256: 'a'.repeat(64), format: 'tar' as const }] };
  const input = {
    app,
    spec: { hostnames: ['a.example'] },
    node,
    releases,
    observed: {},
    role: observed,
    secret: (name: string) => name,
  };
  const actions = Object.entries(phpSite.actions ?? {}).flatMap(([id, action]) =>
    action.commands({ ...input, input: undefined } as never).map((spec) => ({ type: 'command' as const, id, spec })),
  );
  const missing = [
    ...compute({ observed }).map((resource) => ({ resource, owner: 'role:nginx-php' as const })),
    ...[
      ...lowerAll(phpSite.resources(input), { owner, node, role: observed }),
      ...lowerAll(staticSite.resources(input), { owner, node, role: observed }),
      ...actions,
    ].map((resource) => ({ resource, owner: 'app:app_1' as const })),
  ].flatMap(({ resource, owner: key }) =>
    findMissingCapabilities({ resource, plugin: 'nginx-php', via: [] }, capabilities, {
      owner: key,
      user: 'app_1',
      agentUser: 'root',
      paths,
    }),
  );
  expect(missing).toEqual([]);
});

test('the manifest says what the code has', () => {
  expect(manifest.contributes).toEqual({
    appTypes: plugin.appTypes?.map(({ id }) => id),
    limits: plugin.limits?.map(({ id }) => id),
    features: plugin.features?.map(({ id }) => id),
    resourceTypes: Object.fromEntries(
      plugin.resourceTypes?.map(({ resourceType: { type, version } }) => [type, version]) ?? [],
    ),
    role: true,
  });
});
