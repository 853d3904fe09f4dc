import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../manifest.ts';
import type { NodePaths } from '../node.ts';
import {
  archive,
  command,
  dataset,
  debianPackage,
  directory,
  file,
  key,
  link,
  log,
  type Primitive,
  service,
  timer,
  user,
} from '../primitives.ts';
import { type CapabilityScope, expand, findMissingCapabilities, matchesPath } from './capabilities.ts';

const paths: NodePaths = {
  sites: '/srv/sites',
  config: '/srv/config',
  run: '/srv/run',
  logs: '/srv/logs',
  state: '/srv/state',
};
const app: CapabilityScope = { owner: 'app:app_1', user: 'app_1', agentUser: 'root', paths };
const role: CapabilityScope = { owner: 'role:web', agentUser: 'root', paths };
const everything: Capabilities = {
  paths: ['/**'],
  commands: ['**', '/**'],
  services: ['*'],
  packages: ['*'],
  users: ['*'],
};

function missing(resource: Primitive | object, capabilities: Capabilities, scope = app): string[] {
  const lowered = { resource: resource as Primitive, plugin: 'web', via: [] };
  return findMissingCapabilities(lowered, capabilities, scope).map(({ capability, value }) => `${capability} ${value}`);
}

describe('matchesPath', () => {
  it.each<[string, string, boolean]>([
    ['/a/b', '/a/b', true],
    ['/a/b', '/a/bc', false],
    ['/a/*', '/a/b', true],
    ['/a/*', '/a', false],
    ['/a/*', '/a/b/c', false],
    ['/a/*.conf', '/a/x.conf', true],
    ['/a/*.conf', '/a/x.confy', false],
    ['/a/x*y*z', '/a/x1y2z', true],
    ['/a/**', '/a', true],
    ['/a/**', '/a/b/c', true],
    ['/a/**', '/ab', false],
    ['/a/**/z', '/a/z', true],
    ['/a/**/z', '/a/b/c/z', true],
    ['/a/**/z', '/a/b/c/zz', false],
    ['/a/**b', '/a/x/b', false],
    ['php*', 'php8.2', true],
    ['php*', '/usr/bin/php', false],
    ['nginx', 'nginx', true],
    ['/opt/**/php-fpm*', '/opt/php/8.3/sbin/php-fpm8.3', true],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(matchesPath(pattern, path)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', 'a*', '*', '*b', '**');
    const plain = fc.constantFrom('a', 'b', 'ab', 'aab', 'c');
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), fc.array(plain, { maxLength: 6 }), (pattern, path) => {
        const asExpression = pattern
          .map((one) => (one === '**' ? '(?:/[^/]+)*' : `/${one.replaceAll('*', '[^/]*')}`))
          .join('');
        const [patternText, pathText] = [pattern, path].map((parts) => parts.map((part) => `/${part}`).join(''));
        expect(matchesPath(patternText as string, pathText as string)).toBe(
          new RegExp(`^${asExpression}$`).test(pathText as string),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('is quick with many stars and a long path', () => {
    const start = performance.now();
    expect(matchesPath(`/${'**/a/'.repeat(40)}b`, `/${'a/'.repeat(2000)}c`)).toBe(false);
    expect(matchesPath(`/${'*a'.repeat(100)}b`, `/${'a'.repeat(4000)}c`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

it('puts the folders of the node in the place of their names', () => {
  expect(['{sites}/*', '{config}', '/etc/{sites}', '{other}/x'].map((pattern) => expand(pattern, paths))).toEqual([
    '/srv/sites/*',
    '/srv/config',
    '/etc/{sites}',
    '{other}/x',
  ]);
});

describe('findMissingCapabilities', () => {
  const home = '/srv/sites/app_1';
  const capabilities: Capabilities = {
    paths: ['{sites}/*', '{sites}/*/**', '{run}/x.sock'],
    commands: ['php', '/usr/bin/env'],
    users: ['www-data'],
  };

  it.each<[string, Primitive | object, string[]]>([
    ['its own folder', directory({ path: home, owner: 'app_1', group: 'www-data' }), []],
    ['a file in it', file({ path: `${home}/a/b`, content: '' }), []],
    ['a socket that was named', file({ path: '/srv/run/x.sock', content: '' }), []],
    ['its own user', user({ name: 'app_1', home }), []],
    [
      'a command that was named',
      command({ id: 'a', argv: ['php', '-v'], unless: ['/usr/bin/env', 'x'], user: 'app_1' }),
      [],
    ],
    ['the folder of another app', file({ path: '/srv/sites/app_2/x', content: '' }), ['paths /srv/sites/app_2/x']],
    ['a folder whose name starts alike', file({ path: '/srv/sites/app_12', content: '' }), ['paths /srv/sites/app_12']],
    ['the folder of all apps', directory({ path: '/srv/sites', mode: '0777' }), ['paths /srv/sites']],
    ['a way out', file({ path: `${home}/../app_2/x`, content: '' }), [`paths ${home}/../app_2/x`]],
    ['a path with an empty segment', file({ path: `/srv//sites/app_2/x`, content: '' }), ['paths /srv//sites/app_2/x']],
    ['a path with a dot', file({ path: `/srv/./sites/app_2`, content: '' }), ['paths /srv/./sites/app_2']],
    ['a trailing slash', directory({ path: `${home}/` }), [`paths ${home}/`]],
    ['a relative path', file({ path: 'srv/sites/app_1', content: '' }), ['paths srv/sites/app_1']],
    ['another path', link({ path: '/etc/passwd', target: 'x' }), ['paths /etc/passwd']],
    [
      'a foreign archive',
      archive({ path: `${home}/r`, source: '/etc/a.tar', sha256: '', format: 'tar' }),
      ['paths /etc/a.tar'],
    ],
    [
      'another user',
      file({ path: `${home}/x`, content: '', owner: 'root', group: 'shadow' }),
      ['users root', 'users shadow'],
    ],
    ['another app’s user', key({ path: `${home}/k`, algorithm: 'ed25519', owner: 'app_2' }), ['users app_2']],
    ['groups', user({ name: 'app_1', home: '/root', groups: ['sudo'] }), ['paths /root', 'users sudo']],
    [
      'every program of a command',
      command({ id: 'a', argv: ['a'], unless: ['b'], undo: ['c'], remove: ['d'], cwd: '/e', creates: '/f', user: 'g' }),
      ['paths /e', 'paths /f', 'commands a', 'commands b', 'commands c', 'commands d', 'users g'],
    ],
    [
      'a program below one that was named',
      command({ id: 'a', argv: ['/usr/bin/env/../sh'] }),
      ['commands /usr/bin/env/../sh'],
    ],
    ['a relative program', command({ id: 'a', argv: ['./php'] }), ['commands ./php']],
    [
      'a timer',
      timer({ id: 't', schedule: '* * * * *', argv: ['sh'], cwd: '/tmp', user: 'root' }),
      ['paths /tmp', 'commands sh', 'users root'],
    ],
    [
      'a dataset',
      dataset({
        id: 'd',
        title: 'D',
        files: { path: '/etc', owner: 'root' },
        program: { dump: ['x'], restore: ['y'], user: 'z' },
      }),
      ['paths /etc', 'commands x', 'commands y', 'users root', 'users z'],
    ],
    [
      'a log',
      log({ id: 'l', title: 'L', path: '/var/log/x', group: 'adm', reopen: { service: 'nginx', signal: 'SIGUSR1' } }),
      ['paths /var/log/x', 'services nginx', 'users adm'],
    ],
  ])('of an app, for %s: %#', (_, resource, expected) => {
    expect(missing(resource, capabilities)).toEqual(expected);
  });

  it('leaves services and packages to node roles, whatever an app’s plugin may', () => {
    const nginx = service({ name: 'nginx', argv: ['/usr/sbin/nginx'], validate: ['/usr/sbin/nginx', '-t'] });
    expect(missing(nginx, everything)).toEqual(['services nginx']);
    expect(missing(debianPackage({ name: 'nginx' }), everything)).toEqual(['packages nginx']);
    expect(missing(nginx, everything, role)).toEqual([]);
    expect(missing(debianPackage({ name: 'nginx' }), everything, role)).toEqual([]);
    expect(missing(nginx, {}, role)).toEqual([
      'commands /usr/sbin/nginx',
      'commands /usr/sbin/nginx',
      'services nginx',
    ]);
  });

  it('lets an unprivileged agent use its own user', () => {
    const own = file({ path: '/srv/config/x', content: '', owner: 'alice' });
    const granted = { paths: ['{config}/*'] };
    expect(missing(own, granted, { ...role, agentUser: 'alice' })).toEqual([]);
    expect(missing(file({ path: '/srv/config/x', content: '', owner: 'root' }), granted, role)).toEqual(['users root']);
  });

  it('says plugin, resource and what is missing', () => {
    const lowered = { resource: debianPackage({ name: 'netcat' }), plugin: 'web', via: [] };
    expect(findMissingCapabilities(lowered, {}, role)).toEqual([
      {
        plugin: 'web',
        resource: 'package:netcat',
        capability: 'packages',
        value: 'netcat',
        message:
          'Plugin web may not touch netcat (resource package:netcat): its manifest would have to name the package in capabilities.packages.',
      },
    ]);
  });

  const segment = fc.constantFrom('srv', 'sites', 'app_1', 'app_2', 'etc', '..', '.', '', 'a');
  const anyPath = fc.array(segment, { maxLength: 7 }).map((segments) => `/${segments.join('/')}`);

  it('never lets a path of an app out of its own folder, however it is written', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const allowed = missing(file({ path, content: '' }), { paths: ['{sites}/**', '{sites}/*/**'] }).length === 0;
        if (allowed) expect(path).toMatch(/^\/srv\/sites\/app_1(\/(?!\.{1,2}(\/|$))[^/]+)*$/);
      }),
      { numRuns: 5000 },
    );
  });

  it('never lets a path through that no pattern allows once it is resolved', () => {
    const pattern = fc
      .array(fc.constantFrom('srv', 'sites', 'a', '*', '**', 'app_*'), { minLength: 1, maxLength: 5 })
      .map((segments) => `/${segments.join('/')}`);
    fc.assert(
      fc.property(anyPath, fc.array(pattern, { maxLength: 3 }), (path, patterns) => {
        const allowed = missing(file({ path, content: '' }), { paths: patterns }, role).length === 0;
        const resolved = new URL(`file://${path.replaceAll(/\/+/g, '/')}`).pathname;
        if (allowed) expect([path, patterns.some((one) => matchesPath(one, resolved))]).toEqual([resolved, true]);
      }),
      { numRuns: 5000 },
    );
  });
});
