import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { phpSite } from '../php-site.app-type.ts';
import { staticSite } from '../static-site.app-type.ts';
import { Machine } from './machine/machine.ts';
import { visit } from './machine/visit.ts';

/** Runs what a tenant could run: any PHP. */
const EVIL = `<?php
$code = file_get_contents('php://input');
set_error_handler(function ($number, $message) { echo 'WARNING: ', $message, "\\n"; return true; });
try { eval($code); } catch (Throwable $error) { echo get_class($error), ': ', $error->getMessage(); }`;

let machine: Machine;
let home: string;
let victim: string;

const run = async (code: string) =>
  (await visit(machine, { host: 'evil.example', path: '/run.php', method: 'POST', body: code })).body;
const get = (path: string, host = 'evil.example') => visit(machine, { host, path });

beforeAll(async () => {
  machine = await Machine.start();
  const aliases = [{ path: '/data', in: 'data' as const, folder: '' }];
  const evil = { 'public/run.php': EVIL, 'public/own.txt': 'own', 'other/own.txt': 'other own' };
  const spec = { hostnames: ['evil.example'], documentRoot: 'public', aliases };
  await machine.applyApp({ type: phpSite, name: 'evil', spec, releases: [evil] });
  await machine.applyApp({
    type: phpSite,
    name: 'victim',
    spec: { hostnames: ['victim.example'], environment: { PASSWORD: 'SECRET' } },
    releases: [{ 'index.php': '<?php $password = "SECRET"; echo "fine";', 'note.txt': 'SECRET', 'run.php': EVIL }],
  });
  const files = { 'index.html': 'SECRET' };
  await machine.applyApp({
    type: staticSite,
    name: 'other',
    spec: { hostnames: ['other.example'] },
    releases: [files],
  });
  home = `${machine.node.paths.sites}/${machine.idOf('evil')}`;
  victim = `${machine.node.paths.sites}/${machine.idOf('victim')}`;
}, 120_000);
afterAll(() => machine?.stop());

test('each site runs as its own user, and none as root or as the web server', async () => {
  const users = await Promise.all(
    ['evil.example', 'victim.example'].map(async (host) =>
      Number((await visit(machine, { host, path: '/run.php', method: 'POST', body: 'echo posix_geteuid();' })).body),
    ),
  );
  expect(new Set([...users, 0, webServerUid()]).size).toBe(4);
  expect(users).toEqual([statSync(`${home}/tmp`).uid, statSync(`${victim}/tmp`).uid]);
});

function webServerUid(): number {
  return Number(execFileSync('id', ['-u', 'www-data'], { encoding: 'utf8' }));
}

test.each([
  ['a file of another site', () => `${victim}/files/current/note.txt`],
  ['a script of another site', () => `${victim}/files/current/index.php`],
  ['a folder of another site', () => `${victim}/files/current`],
  [
    'a file of another static site',
    () => `${machine.node.paths.sites}/${machine.idOf('other')}/files/current/index.html`,
  ],
  ['a file of root that everybody may read', () => '/etc/passwd'],
  ['a folder of root', () => '/etc'],
  ['the folder of all sites', () => machine.node.paths.sites],
  ['the own log, which belongs to the web server', () => `${home}/logs/access.log`],
])('nginx does not follow a link to %s', async (_what, target) => {
  const secrets = /SECRET|root:x|GET \//;
  for (const folder of ['__DIR__', 'getenv("FREEHOLD_DATA")']) {
    await run(
      `@unlink(${folder} . '/link'); exec('ln -s ' . escapeshellarg('${target()}') . ' ' . ${folder} . '/link');`,
    );
    const path = folder === '__DIR__' ? '/link' : '/data/link';
    for (const below of [
      '',
      '/',
      '/note.txt',
      '/index.html',
      '/passwd',
      `/${machine.idOf('victim')}/files/current/note.txt`,
    ]) {
      const answer = await get(path + below);
      expect(answer.status, path + below).toBeGreaterThanOrEqual(300);
      expect(answer.body, path + below).not.toMatch(secrets);
    }
  }
});

test('nginx does not follow a link that takes the place of the document root', async () => {
  const current = `${home}/files/current`;
  await run(`exec('mv ${current}/public ${current}/public.away; ln -s ${victim}/files/current ${current}/public');`);
  try {
    expect(await get('/note.txt')).toMatchObject({ body: expect.not.stringContaining('SECRET') });
    expect((await get('/note.txt')).status).toBeGreaterThanOrEqual(400);
    expect((await get('/index.php')).body).not.toContain('fine');
  } finally {
    execFileSync('sh', ['-c', `rm ${current}/public && mv ${current}/public.away ${current}/public`]);
  }
});

test('nginx follows a link to what the site itself owns', async () => {
  await run(`exec('ln -sf ../other/own.txt ' . __DIR__ . '/linked.txt; ln -sfn ../other ' . __DIR__ . '/folder');`);
  expect(await get('/linked.txt')).toMatchObject({ status: 200, body: 'other own' });
  expect(await get('/folder/own.txt')).toMatchObject({ status: 200, body: 'other own' });
});

test.each([
  ['open files outside its folders', () => `echo file_get_contents('/etc/passwd');`, /open_basedir restriction/],
  [
    'open files of another site',
    () => `echo file_get_contents('${victim}/files/current/note.txt');`,
    /open_basedir restriction/,
  ],
  [
    'include a compiled script of another site',
    () => `include '${victim}/files/current/index.php'; echo $password;`,
    /open_basedir restriction|Failed opening/,
  ],
  [
    'read them through a link',
    () => `exec('ln -s ${victim}/files/current/note.txt ' . __DIR__ . '/l'); echo file_get_contents(__DIR__ . '/l');`,
    /open_basedir restriction/,
  ],
  ['read them by another program', () => `passthru('cat ${victim}/files/current/note.txt 2>&1');`, /Permission denied/],
  ['see them by another program', () => `passthru('ls ${victim}/files/current/ 2>&1');`, /Permission denied/],
  [
    'see which sites there are',
    () => `passthru('ls ${machine.node.paths.sites} ${machine.node.paths.config}/nginx/sites 2>&1');`,
    /Permission denied/,
  ],
  [
    'read the configuration of another site',
    () => `passthru('cat ${machine.node.paths.config}/php/*/pools/* 2>&1');`,
    /Permission denied|No such file/,
  ],
  [
    'write into its logs',
    () => `passthru('echo x >> ${home}/logs/access.log');passthru('touch ${home}/logs/x 2>&1');`,
    /Permission denied/,
  ],
  [
    'move its release',
    () => `passthru('ln -sfn ${victim}/files/current ${home}/files/current 2>&1');`,
    /Permission denied/,
  ],
  ['raise its memory', () => `var_export(ini_set('memory_limit', '4G'));`, /false/],
  ['leave its folders by a setting', () => `var_export(ini_set('open_basedir', '/'));`, /false/],
  ['empty the memory of all sites', () => 'var_export(opcache_reset());', /restricted/],
  ['list the memory of all sites', () => 'var_export(opcache_get_status());', /restricted/],
  ['call into C', () => 'FFI::cdef("int system(const char *);");', /FFI/],
])('PHP cannot %s', async (_what, code, expected) => {
  const answer = await run(code());
  expect(answer).toMatch(expected);
  expect(answer).not.toMatch(/SECRET|root:x/);
});

test('a site cannot speak to the PHP of another one', async () => {
  const socket = `${machine.node.paths.run}/php/${machine.phpVersions[0]}/${machine.idOf('victim')}-main.sock`;
  expect(existsSync(socket)).toBe(true);
  expect(await run(`var_export(@stream_socket_client('unix://${socket}', $code, $text)); echo $text;`)).toContain(
    'Permission denied',
  );
});

test('variables of the tenant stay out of what others may read', () => {
  const pools = `${machine.node.paths.config}/php/${machine.phpVersions[0]}/pools`;
  expect(statSync(`${pools}/${machine.idOf('victim')}-main.environment.conf`).mode & 0o777).toBe(0o600);
  expect(readFileSync(`${pools}/${machine.idOf('victim')}-main.conf`, 'utf8')).not.toContain('SECRET');
});
