import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { phpSite } from '../php-site.app-type.ts';
import { staticSite } from '../static-site.app-type.ts';
import { Machine, type Tree } from './machine/machine.ts';
import { visit } from './machine/visit.ts';

let machine: Machine;

function readExample(name: string): Tree {
  const folder = new URL(`../../../examples/${name}/`, import.meta.url);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('//', '/'));
  return Object.fromEntries(paths.map((path) => [path.slice(folder.pathname.length), readFileSync(path, 'utf8')]));
}

beforeAll(async () => {
  machine = await Machine.start();
  await machine.applyApp({
    type: phpSite,
    name: 'demo',
    spec: { hostnames: ['localhost'] },
    releases: [readExample('demo-php')],
  });
  const spec = { hostnames: ['static.localhost'], errorPages: [{ status: 404, path: '/404.html' }] };
  await machine.applyApp({ type: staticSite, name: 'static', spec, releases: [readExample('static')] });
});
afterAll(() => machine?.stop());

const get = (path: string, host = 'localhost') => visit(machine, { host, path });

test('the demo site says who computes it, and counts its visits', async () => {
  const first = await get('/');
  expect(first.status).toBe(200);
  expect(first.body).toMatch(new RegExp(`<dd>${machine.idOf('demo')}, user [1-9][0-9]+</dd>`));
  expect(first.body).toContain('<dt>Visits</dt><dd>1</dd>');
  expect(first.body).toContain('No other site runs as this user');
  expect((await get('/')).body).toContain('<dt>Visits</dt><dd>2</dd>');
});

test('the second page shows the request, the site and its settings', async () => {
  const answer = await get('/inside.php?<script>');
  expect(answer.status).toBe(200);
  expect(answer.body).toContain(`http://localhost:${machine.node.ports.http}/inside.php`);
  expect(answer.body).toContain('<dt>memory_limit</dt><dd>256M</dd>');
  expect(answer.body).not.toMatch(/<script>|Warning|Notice|Deprecated/);
  expect(answer.headers['set-cookie']?.[0]).toMatch(/^demo=/);
});

test('its parts show nothing by themselves', async () => {
  for (const name of ['page', 'visits', 'user'])
    expect(await get(`/parts/${name}.php`)).toMatchObject({ status: 200, body: '' });
  expect(await get('/style.css')).toMatchObject({ status: 200, headers: { 'content-type': 'text/css' } });
});

test('the static site is served as it is', async () => {
  expect((await get('/', 'static.localhost')).body).toContain('A static website');
  const missing = await get('/nothing', 'static.localhost');
  expect(missing.status).toBe(404);
  expect(missing.body).toContain('Back to the start');
});
