import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { phpSite } from '../php-site.app-type.ts';
import type { PhpSiteSpec } from '../site/php-site.spec.ts';
import { Machine } from './machine/machine.ts';
import { visit } from './machine/visit.ts';
import { DUMP, HOST, SITE } from './php-site.fixture.ts';

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
  await deploy();
  for (const path of ['/write.php', '/fail.php']) await get(path);
}, 120_000);
afterAll(() => machine?.stop());

describe('a site with everything chosen', () => {
  beforeAll(async () => {
    await deploy(
      {
        documentRoot: 'sub/',
        frontController: '/index.php',
        indexFiles: ['none.html'],
        phpSettings: {
          memory_limit: '64M',
          upload_max_filesize: '100M',
          'date.timezone': 'Europe/Berlin',
          display_errors: true,
        },
        aliases: [
          { path: '/docs', in: 'site', folder: 'docs' },
          { path: '/kept/', in: 'data', folder: '' },
        ],
        errorPages: [{ status: 404, path: '/docs/manual.html' }],
        limits: { bodySize: '1K' },
      },
      { releases: [SITE, { ...SITE, 'sub/index.php': DUMP }] },
    );
  });

  test('answers every address that is no file with the front controller', async () => {
    for (const path of ['/', '/any/thing?x=1', '/folder/'])
      expect(await dump(path)).toMatchObject({
        script: '/index.php',
        uri: path,
        memory: '64M',
        post: '100M',
        zone: 'Europe/Berlin',
      });
  });

  test.each([
    ['/docs/manual.html', 200, 'manual'],
    ['/kept/note.txt', 200, 'kept'],
  ])('shows %s from an alias', async (path, status, text) => {
    expect(await get(path)).toMatchObject({ status, body: text });
  });

  test('adds the slash of an alias and keeps the query', async () => {
    expect(await get('/docs?a=1')).toMatchObject({ status: 301, headers: { location: '/docs/?a=1' } });
  });

  test.each([
    '/docs/run.php',
    '/docs/.hidden',
    '/docs../docs-secret/x.txt',
    '/docs/../docs-secret/x.txt',
    '/docs-secret/x.txt',
    '/docs%2e%2e/docs-secret/x.txt',
    '/kept../starter/index.php',
    '/docs/..%2fdocs-secret/x.txt',
  ])('%s does not leave an alias', async (path) => {
    expect((await get(path)).body).not.toMatch(/SECRET|ready/);
  });

  test('refuses a request that is too large', async () => {
    expect(await get('/', { method: 'POST', body: 'x'.repeat(2000) })).toMatchObject({ status: 413 });
    expect((await get('/', { method: 'POST', body: 'x'.repeat(1000) })).status).toBe(200);
  });

  test('shows its own page when a script is missing', async () => {
    expect(await get('/missing.php')).toMatchObject({ status: 404, body: 'manual' });
  });
});

describe('a suspended site', () => {
  beforeAll(async () => {
    await deploy({ redirects: [{ host: 'old.example', to: 'https://new.example' }] }, { suspended: true });
  });

  test.each([
    { path: '/' },
    { path: '/plain.txt' },
    { path: '/index.php' },
    { path: '/.freehold-pages/suspended.html' },
    { path: '/.freehold-pages/none' },
    { path: '/x', method: 'POST', body: 'x'.repeat(200_000) },
    { path: '/', method: 'DELETE' },
    { path: '/', secure: true },
    { path: '/', host: 'old.example' },
  ])('answers $method $path $host with the same page', async (request) => {
    const answer = await visit(machine, { host: HOST, ...request });
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '3600', 'cache-control': 'no-store', 'content-type': 'text/html' },
    });
    expect(answer.body).toContain('This site is paused');
  });

  test('has no pool, and its data stays', async () => {
    const id = machine.idOf('php');
    expect(readdirSync(`${machine.node.paths.config}/php/${machine.phpVersions[0]}/pools`)).toEqual([]);
    expect(readFileSync(`${machine.node.paths.sites}/${id}/files/data/note.txt`, 'utf8')).toBe('kept');
    expect(statSync(`${machine.node.paths.sites}/${id}/logs/php/error.log`).size).toBeGreaterThan(0);
  });

  test('comes back as it was', async () => {
    await deploy();
    expect((await get('/')).status).toBe(200);
  });
});

test('a second release is served at once, and the files of the first one are still there', async () => {
  const second = { 'index.php': '<?php echo __DIR__;' };
  await deploy({}, { releases: [SITE, SITE, second] });
  const current = `${machine.node.paths.sites}/${machine.idOf('php')}/files/releases/3`;
  expect((await get('/')).body).toBe(current);
  writeFileSync(`${current}/index.php`, '<?php echo "edited";');
  expect((await get('/')).body).toBe('edited');
});
