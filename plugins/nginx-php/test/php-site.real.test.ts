import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { phpSite } from '../php-site.app-type.ts';
import type { PhpSiteSpec } from '../site/php-site.spec.ts';
import { Machine } from './machine/machine.ts';
import { waitUntil } from './machine/running-service.ts';
import { visit } from './machine/visit.ts';
import { HOST, SITE } from './php-site.fixture.ts';

let machine: Machine;

function deploy(spec: Partial<PhpSiteSpec> = {}, options: { suspended?: boolean; releases?: object[] } = {}) {
  return machine.applyApp({
    type: phpSite,
    name: 'php',
    spec: { hostnames: [HOST], ...spec },
    releases: [SITE],
    ...(options as object),
  });
}

const get = (path: string, rest: object = {}) => visit(machine, { host: HOST, path, ...rest });
const dump = async (path = '/', rest: object = {}) => JSON.parse((await get(path, rest)).body);

beforeAll(async () => {
  machine = await Machine.start();
}, 120_000);
afterAll(() => machine?.stop());

test('before the first deployment PHP computes a page that says so', async () => {
  await deploy({ frontController: '/app.php', documentRoot: 'public' }, { releases: [] });
  const { status, body } = await get('/');
  expect(status).toBe(200);
  expect(body).toMatch(/This site is ready[\s\S]*PHP [0-9.]+ answered/);
});

describe('a deployed site', () => {
  beforeAll(async () => {
    await deploy({ environment: { SECRET_KEY: 'a"b\\c#d', PATH: '/own/bin' } });
  });

  test('runs as its own user, with its own settings and environment', async () => {
    const id = machine.idOf('php');
    const answer = await dump('/?a=1', { headers: { proxy: 'http://evil' } });
    expect(answer).toMatchObject({
      user: id,
      host: `${HOST}:${machine.node.ports.http}`,
      query: 'a=1',
      proxy: '',
      https: '',
      memory: '256M',
      changed: false,
      zone: 'UTC',
      expose: '0',
      fix: '0',
      opcache: '1',
    });
    expect(answer.env).toEqual({
      PWD: expect.any(String),
      PATH: '/own/bin',
      USER: id,
      HOME: `${machine.node.paths.sites}/${id}`,
      TMPDIR: `${machine.node.paths.sites}/${id}/tmp`,
      FREEHOLD_DATA: `${machine.node.paths.sites}/${id}/files/data`,
      SECRET_KEY: 'a"b\\c#d',
    });
    expect(answer.extensions).toEqual(expect.arrayContaining(['mbstring', 'posix', 'Zend OPcache']));
  });

  test.each([
    ['/plain.txt', 200, 'plain'],
    ['/sub/', 200, 'sub'],
    ['/.well-known/security.txt', 200, 'contact'],
    ['/index.php/a/b', 200, '"path":"\\/a\\/b"'],
    ['/missing', 404, 'Not found'],
    ['/missing.php', 404, 'Not found'],
    ['/photo.jpg', 200, 'EXECUTED'],
  ])('%s answers %i', async (path, status, text) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(text);
  });

  test.each([
    '/.env',
    '/.git/config',
    '/sub/.hidden/x.txt',
    '/.well-known/.secret',
    '/%2eenv',
    '//.env',
    '/sub/..%2f.env',
    '/upper.PHP',
    '/old.phtml',
    '/photo.jpg/x.php',
    '/photo.jpg/.php',
    '/photo.jpg%00.php',
    '/photo.jpg/index.php',
    '/../../../../etc/passwd',
    '/..%2f..%2f..%2f..%2fetc/passwd',
    '/.freehold-pages/404.html',
  ])('%s gives nothing away', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toMatch(/SECRET|EXECUTED|root:x/);
  });

  test('stores data, sessions and temporary files in folders of its own', async () => {
    const id = machine.idOf('php');
    const home = `${machine.node.paths.sites}/${id}`;
    const answer = await get('/write.php');
    expect(answer.body).toContain(`${home}/tmp/`);
    expect(readFileSync(`${home}/files/data/note.txt`, 'utf8')).toBe('kept');
    expect(readdirSync(`${home}/sessions`)).toHaveLength(1);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/httponly; samesite=lax/i);
  });

  test('logs requests, errors of the web server and errors of PHP', async () => {
    const logs = `${machine.node.paths.sites}/${machine.idOf('php')}/logs`;
    expect(readFileSync(`${logs}/php/error.log`, 'utf8')).toBe('');
    expect((await get('/fail.php?quoted="\\x')).status).toBe(500);
    const line = '"GET /fail.php?quoted=\\x22\\x5Cx HTTP/1.1" 500';
    await expect.poll(() => readFileSync(`${logs}/access.log`, 'utf8')).toContain(line);
    expect(readFileSync(`${logs}/php/error.log`, 'utf8')).toContain('Call to undefined function nonsense()');
    expect(statSync(`${logs}/error.log`).uid).toBe(
      Number(execFileSync('id', ['-u', 'www-data'], { encoding: 'utf8' })),
    );
    expect(statSync(logs).uid).toBe(0);
  });

  test('logs go on in a new file when the old one was moved away', async () => {
    const logs = `${machine.node.paths.sites}/${machine.idOf('php')}/logs`;
    renameSync(`${logs}/access.log`, `${logs}/access.log.1`);
    renameSync(`${logs}/php/error.log`, `${logs}/php/error.log.1`);
    machine.service('nginx').signal('SIGUSR1');
    await waitUntil('nginx opens its logs again', () => existsSync(`${logs}/access.log`));
    await waitUntil('its workers write there', async () => {
      await get('/fail.php?rotated');
      return readFileSync(`${logs}/access.log`, 'utf8').includes('rotated');
    });
    expect(readFileSync(`${logs}/php/error.log`, 'utf8')).toContain('nonsense');
  });

  test('ends its processes and clears its temporary files on demand', async () => {
    const home = `${machine.node.paths.sites}/${machine.idOf('php')}`;
    await get('/write.php');
    const uid = statSync(`${home}/tmp`).uid;
    const processes = () =>
      execFileSync('ps', ['-eo', 'uid:1=,pid:1='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.startsWith(`${uid} `));
    const before = processes();
    expect(before).not.toEqual([]);
    for (const action of Object.values(phpSite.actions ?? {}))
      for (const { argv, exitCodes = [0] } of action.commands({
        app: { id: machine.idOf('php'), user: machine.idOf('php'), home },
      } as never))
        for (const _again of [1, 2]) expect(exitCodes).toContain(exitCode(argv));
    await expect.poll(() => processes().filter((process) => before.includes(process))).toEqual([]);
    expect(readdirSync(`${home}/tmp`)).toEqual([]);
    expect(readdirSync(`${home}/sessions`)).not.toEqual([]);
    expect((await get('/')).status).toBe(200);
  });
});

function exitCode(argv: readonly string[]): number {
  try {
    execFileSync(argv[0] ?? '', argv.slice(1), { stdio: 'ignore' });
    return 0;
  } catch (error) {
    return (error as { status: number }).status;
  }
}
