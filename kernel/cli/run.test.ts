import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refuse, sendEvents, serveApi } from './testing/api-server.ts';

/** Whole command lines, as processes. */

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-'));
});
afterEach(() => rm(folder, { recursive: true }));

function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    FREEHOLD_HOME: join(folder, 'home'),
    ...environment,
  };
  return spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function run(
  args: readonly string[],
  { input = '', ...environment }: NodeJS.ProcessEnv & { input?: string } = {},
) {
  const child = start(args, environment);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

const APP = {
  id: 'app_1',
  name: 'shop',
  tenant: 'ten_1',
  type: 'php-site',
  node: 'nod_1',
  spec: { hostnames: ['a.test'] },
  specVersion: 1,
  generation: 1,
  observedGeneration: 1,
  lifecycle: 'present',
  suspended: [],
  release: null,
  links: [{ title: 'Website', url: 'http://a.test/' }],
  conditions: [
    { type: 'Ready', status: 'True', reason: 'Applied', message: 'In sync.', lastTransitionAt: '2026-01-01T00:00:00Z' },
  ],
  notices: [],
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  removedAt: null,
  purgeAfter: null,
};
const OPERATION = {
  id: 'op_1',
  kind: 'create',
  state: 'succeeded',
  owner: 'app:app_1',
  node: 'nod_1',
  app: 'app_1',
  actor: { kind: 'account', id: 'acc_1', name: 'a@b.test' },
  inverse: null,
  outcome: { kind: 'inSync' },
  steps: [{ resource: 'user:app_1', action: 'create', summary: '', state: 'done', milliseconds: 3 }],
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:00:01Z',
};

const serve = (operation: object = OPERATION, ended = true) =>
  serveApi({
    'GET /v1/tenants': () => ({ items: [{ id: 'ten_1', slug: 'alpha', name: 'Alpha' }], next: null }),
    'GET /v1/app-types/:type': () => ({
      id: 'php-site',
      spec: { properties: { phpVersion: { type: 'string' } } },
      actions: [],
    }),
    'GET /v1/apps': ({ url }) => ({ items: url.searchParams.get('name') === 'none' ? [] : [APP], next: null }),
    'GET /v1/apps/:app': () => APP,
    'POST /v1/apps': () => ({ ...APP, operation: { ...operation, state: 'pending' } }),
    'DELETE /v1/apps/:app': () => ({ ...APP, operation: { ...operation, state: 'pending' } }),
    'GET /v1/operations/:id': () => (ended ? operation : { ...operation, state: 'running' }),
    'GET /v1/events': ({ reply }) => void sendEvents(reply),
    'POST /v1/session': async ({ body, reply }) =>
      ((await body()) as { password: string }).password === 'right'
        ? { token: 'fh_new', account: { id: 'acc_1', email: 'a@b.test' } }
        : refuse(reply, { status: 401, code: 'wrong-credentials', title: 'Wrong' }),
    'GET /v1/session': () => ({ account: { id: 'acc_1', email: 'a@b.test' }, roles: [] }),
    'GET /v1/nodes/:node/plugins': () => ({ items: [{ plugin: 'nginx-php', config: {} }], next: null }),
    'GET /v1/plugins/:plugin': () => ({ id: 'nginx-php' }),
    'PUT /v1/nodes/:node/plugins/:plugin': () => ({ operation }),
    'DELETE /v1/session': ({ reply }) => void reply.writeHead(204).end(),
  });

const at = (server: { api: string }) => ({ FREEHOLD_API: server.api, FREEHOLD_TOKEN: 'fh_x' });

test('a list is a table for people and one document for programs', async () => {
  await using server = await serve();
  expect(await run(['app', 'list'], at(server))).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "NAME  TENANT  TYPE      STATE  ADDRESS         ID
    shop  alpha   php-site  ready  http://a.test/  app_1
    ",
    }
  `);
  const { stdout } = await run(['app', 'list', '--json'], at(server));
  expect(JSON.parse(stdout)).toEqual({ items: [APP] });
});

test('a change is waited for; its outcome goes to standard error, and with --json to standard output', async () => {
  await using server = await serve();
  const { code, stdout, stderr } = await run(
    ['app', 'create', 'shop', '--type', 'php-site', '--set', 'phpVersion=8.2'],
    at(server),
  );
  expect([code, stdout, stderr.replace(/\d\.\d+ s/, 'n s')]).toEqual([
    0,
    '',
    '✓ Creating shop (n s): 1 step\n  http://a.test/\n',
  ]);
  const json = await run(['app', 'create', 'shop', '--type', 'php-site', '--json'], at(server));
  expect([json.stderr, JSON.parse(json.stdout)]).toEqual(['', { ...APP, operation: OPERATION }]);
});

test('a change that the node refused ends with exit code 7 and the node’s words', async () => {
  const outcome = { kind: 'failed', reason: 'ConfigurationRefused', message: 'nginx: unknown directive "foo".' };
  const steps = [
    { resource: 'file:/x.conf', action: 'create', summary: '', state: 'failed', milliseconds: 3, output: 'line 3\n' },
    { resource: 'user:app_1', action: 'create', summary: '', state: 'undone', milliseconds: 3 },
  ];
  await using server = await serve({ ...OPERATION, state: 'failed', outcome, steps });
  const { code, stderr } = await run(['app', 'create', 'shop', '--type', 'php-site'], at(server));
  expect([code, stderr.replace(/\d\.\d+ s/, 'n s')]).toMatchInlineSnapshot(`
    [
      7,
      "✗ Creating shop (n s)
    ✗ nginx: unknown directive "foo". What was done of it has been undone.
    + create  file:/x.conf
        line 3
      Put right what is wrong and run freehold operations retry op_1. All its steps: freehold operations show op_1
      (operation-failed)
    ",
    ]
  `);
});

test('Ctrl-C while waiting leaves the operation running and says how to follow it', async () => {
  await using server = await serve(OPERATION, false);
  const child = start(['app', 'create', 'shop', '--type', 'php-site'], at(server));
  await expect
    .poll(() => server.requests.some((request) => request.includes('/v1/operations/')), { timeout: 10_000 })
    .toBe(true);
  child.kill('SIGINT');
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(code).toBe(130);
  expect(stderr).toContain(
    'You stopped waiting; the operation goes on.\n  Follow it with freehold operations log -f op_1\n',
  );
});

test('--no-wait returns at once', async () => {
  await using server = await serve(OPERATION, false);
  const { code, stdout } = await run(
    ['app', 'create', 'shop', '--type', 'php-site', '--no-wait', '--json'],
    at(server),
  );
  expect([code, JSON.parse(stdout).operation.state]).toEqual([0, 'pending']);
});

test('what loses something is not done unasked where nobody can be asked', async () => {
  await using server = await serve();
  const { code, stderr } = await run(['app', 'remove', 'shop'], at(server));
  expect([code, stderr]).toMatchInlineSnapshot(`
    [
      2,
      "✗ Nothing was done. App shop (app_1) will be removed. It will stop answering at http://a.test/. Its files will go to the trash, from which freehold app restore brings them back until the retention time is over.
      Nobody can be asked here: give --yes if you are sure.
      (usage)
    ",
    ]
  `);
  expect(server.requests.some((request) => request.startsWith('DELETE'))).toBe(false);
  expect((await run(['app', 'remove', 'shop', '--yes'], at(server))).code).toBe(0);
});

test('errors are told to people, and as JSON to programs', async () => {
  await using server = await serve();
  expect(await run(['app', 'show', 'none'], at(server))).toEqual({
    code: 4,
    stdout: '',
    stderr:
      '✗ There is no app none.\n  See freehold app list, with --removed for what is in the trash.\n  (app-not-found)\n',
  });
  const { code, stdout, stderr } = await run(['app', 'show', 'none', '--json'], at(server));
  expect([code, stdout, JSON.parse(stderr).code]).toEqual([4, '', 'app-not-found']);
});

test.each<[string[], number, string]>([
  [['frobnicate'], 2, 'usage'],
  [['app', 'create'], 2, 'usage'],
  [['app', 'list'], 8, 'no-installation'],
  [['app', 'list', '--api', 'http://127.0.0.1:9'], 3, 'not-signed-in'],
  [['app', 'list', '--api', 'http://127.0.0.1:9', '--token', 'x'], 8, 'cannot-connect'],
  [['app', 'list', '--api', 'nonsense://x'], 2, 'usage'],
  [['start', '--port', 'abc'], 2, 'settings-invalid'],
])('freehold %j ends with exit code %i (%s)', async (args, exitCode, errorCode) => {
  const { code, stderr } = await run([...args, '--json']);
  expect([code, JSON.parse(stderr).code]).toEqual([exitCode, errorCode]);
});

test('an error shows its stack only when asked', async () => {
  const args = ['app', 'list', '--api', 'http://127.0.0.1:9', '--token', 'x'];
  expect((await run(args)).stderr).not.toContain('    at ');
  expect((await run([...args, '--debug'])).stderr).toContain('    at ');
});

test('who signs in is remembered for the next commands, readable by nobody else', async () => {
  await using server = await serve();
  const login = ['login', '--api', server.api, '--email', 'a@b.test', '--password-stdin'];
  expect((await run(login, { input: 'wrong\n' })).code).toBe(3);
  expect((await run(login, { input: 'right\n' })).stderr).toBe(
    `Signed in to ${server.api} as a@b.test. The token is in ${folder}/freehold/credentials.json.\n`,
  );
  const path = join(folder, 'freehold/credentials.json');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(path, 'utf8')).tokens[server.api].token).toBe('fh_new');
  const other = { FREEHOLD_HOME: '' };
  expect((await run(['whoami'], other)).stdout).toContain('a@b.test');
  expect((await run(['logout'], other)).stderr).toBe(`Signed out of ${server.api}.\n`);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ tokens: {} });
});

test('the installation of a data folder is found without signing in', async () => {
  await using server = await serve();
  const home = join(folder, 'home');
  await mkdir(home);
  await writeFile(join(home, 'ready.json'), JSON.stringify({ api: server.api, pid: 1 }));
  await writeFile(
    join(home, 'initial-admin.json'),
    JSON.stringify({ email: 'a@b.test', password: 'x', token: 'fh_x' }),
  );
  expect((await run(['whoami', '--json'])).code).toBe(0);
});

test('what is enabled already is not told as if it had just been done', async () => {
  await using server = await serve({ ...OPERATION, kind: 'role', owner: 'role:nginx-php' });
  const enable = ['nodes', 'enable', 'local', 'nginx-php', '--api', server.api, '--token', 'fh_x'];
  const { code, stderr } = await run(enable);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/Enabling nginx-php on local.*nothing to do: it is so since op_1, \d+ days ago/),
  });
  expect(stderr).not.toContain('1 step');
  expect(JSON.parse((await run([...enable, '--json'])).stdout)).toMatchObject({ id: 'op_1' });
});

test.each([
  ['offers to undo what can be undone', true],
  ['does not offer to undo what cannot be undone any more', false],
])('operations show %s', async (_, undoable) => {
  await using server = await serve({ ...OPERATION, inverse: { kind: 'remove' }, undoable });
  const { stdout } = await run(['operations', 'show', 'op_1', '--api', server.api, '--token', 'fh_x']);
  expect(stdout.includes('freehold operations undo op_1')).toBe(undoable);
});
