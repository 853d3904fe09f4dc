import type { NodeInput, Primitive } from '@freehold/sdk';
import { expect, test } from 'vitest';
import type { PhpPoolSpec } from './contract/php-pool.ts';
import { phpPoolDriver } from './php-pool.driver.ts';

const home = '/f/sites/app_1';
const node = {
  name: 'one',
  privileged: true,
  user: 'root',
  paths: { sites: '/f/sites', config: '/f/config', run: '/f/run', logs: '/f/logs', state: '/f/state' },
} as NodeInput;
const owner = { kind: 'app', id: 'app_1', user: 'app_1', group: 'app_1', home } as const;
const role = { 'command:php-versions': ['/usr/sbin/php-fpm8.2', '/usr/local/sbin/php-fpm8.4'] };

function input(spec: Partial<PhpPoolSpec> = {}, given: object = {}) {
  return {
    id: 'main',
    owner,
    node,
    config: {},
    role,
    observed: {},
    secret: (name: string) => name,
    ...given,
    spec: { folders: [`${home}/files`], ...spec },
  };
}
const check = (spec: Partial<PhpPoolSpec>, given?: object) => phpPoolDriver.check?.(input(spec, given));
const lower = (spec: Partial<PhpPoolSpec> = {}, given?: object) =>
  phpPoolDriver.lower(input(spec, given)) as Primitive[];

test('takes the newest PHP of the node when none is asked for', () => {
  expect(phpPoolDriver.outputs?.(input())).toEqual({ socket: 'unix:/f/run/php/8.4/app_1-main.sock', version: '8.4' });
  expect(phpPoolDriver.outputs?.(input({ phpVersion: '8.2' }))).toEqual({
    socket: 'unix:/f/run/php/8.2/app_1-main.sock',
    version: '8.2',
  });
});

test('apply waits for the socket of the pool', () => {
  const files = lower({ environment: { TOKEN: 'x' } }).flatMap(({ type, spec }) => (type === 'file' ? [spec] : []));
  expect(files.map(({ path, listens, secret }) => ({ path, listens, secret }))).toEqual([
    {
      path: '/f/config/php/8.4/pools/app_1-main.conf',
      listens: ['unix:/f/run/php/8.4/app_1-main.sock'],
      secret: undefined,
    },
    { path: '/f/config/php/8.4/pools/app_1-main.environment.conf', listens: undefined, secret: true },
  ]);
});

test('a suspended pool keeps its folders and logs, and has no configuration', () => {
  const types = (suspended: boolean) => lower({ suspended }).map(({ type, id }) => `${type}:${id}`);
  expect(types(false).filter((key) => !types(true).includes(key))).toEqual([
    'file:/f/config/php/8.4/pools/app_1-main.conf',
  ]);
});

test.each<[string, Partial<PhpPoolSpec>, object, { pointer: string; message: string; remedy: string }[]]>([
  ['nothing to object to', {}, {}, []],
  ['a node that has not reported', { phpVersion: '9.9' }, { role: {} }, []],
  [
    'a version that is not there',
    { phpVersion: '7.4' },
    {},
    [{ pointer: '/phpVersion', message: 'PHP 7.4 is not installed on node one.', remedy: 'Choose one of 8.4, 8.2.' }],
  ],
  [
    'a node without PHP',
    {},
    { role: { 'command:php-versions': [] } },
    [
      {
        pointer: '/phpVersion',
        message: 'No PHP is installed on node one.',
        remedy: 'Add a package such as php-fpm to the node.',
      },
    ],
  ],
  [
    'a size out of bounds',
    { phpSettings: { memory_limit: '8G' } },
    {},
    [
      {
        pointer: '/phpSettings/memory_limit',
        message: 'memory_limit cannot be 8G.',
        remedy: 'Choose between 16M and 4G.',
      },
    ],
  ],
  [
    'an upload that does not fit',
    { phpSettings: { upload_max_filesize: '128M', post_max_size: '100M' } },
    {},
    [
      {
        pointer: '/phpSettings/upload_max_filesize',
        message: 'A file of 128M (upload_max_filesize) does not fit into a form of 100M (post_max_size).',
        remedy: 'Raise post_max_size, or lower upload_max_filesize.',
      },
    ],
  ],
  [
    'a time zone that does not exist',
    { phpSettings: { 'date.timezone': 'Europe/Atlantis' } },
    {},
    [
      {
        pointer: '/phpSettings/date.timezone',
        message: 'There is no time zone Europe/Atlantis.',
        remedy: 'Give a name such as Europe/Berlin.',
      },
    ],
  ],
  [
    'a slow log that comes too late',
    { slowLog: { seconds: 60 }, phpSettings: { max_execution_time: 30 } },
    {},
    [
      {
        pointer: '/slowLog/seconds',
        message: 'A request is ended after 45 seconds, so none takes 60.',
        remedy: 'Choose at most 45, or raise max_execution_time.',
      },
    ],
  ],
  [
    'root',
    {},
    { owner: { ...owner, kind: 'role', user: 'root' } },
    [
      {
        pointer: '',
        message: 'PHP cannot run for a node role, whose user is root.',
        remedy: 'Declare the pool in an app type.',
      },
    ],
  ],
])('says what is wrong: %s', (_what, spec, given, problems) => {
  expect(check(spec, given)).toEqual(problems);
});

test.each([
  [{ upload_max_filesize: '128M' }, '128M', '128M'],
  [{ upload_max_filesize: '8M' }, '8M', '64M'],
  [{ post_max_size: '128M' }, '64M', '128M'],
  [{ post_max_size: '8M' }, '8M', '8M'],
])('the size that is left open follows the other: %o', (phpSettings, upload, post) => {
  expect(check({ phpSettings })).toEqual([]);
  const [pool] = lower({ phpSettings }).flatMap(({ type, spec }) => (type === 'file' ? [spec.content] : []));
  expect(pool).toContain(`[upload_max_filesize] = "${upload}"`);
  expect(pool).toContain(`[post_max_size] = "${post}"`);
});

test('refuses a socket whose path is too long for the kernel', () => {
  const id = 'x'.repeat(64);
  expect(check({}, { id, node: { ...node, paths: { ...node.paths, run: '/f'.repeat(20) } } })).toMatchObject([
    { pointer: '' },
  ]);
});

test('names the node when it cannot choose', () => {
  expect(() => lower({}, { role: {} })).toThrow('Node one has not reported its PHP versions yet.');
});
