import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../kernel/cli/api-client.ts';
import type { App, Tenant } from '../kernel/cli/api-types.ts';
import type { ProgramRun } from './installation/program-run.ts';
import { tellingSite, writeSite } from './installation/site-files.ts';
import { Installation } from './installation.ts';

/** Two customers on one machine: each reads the logs of her own site, live, and sees nothing of the other. */

const freehold = new Installation();
const folder = writeSite(tellingSite(1));
let [anna, berta]: Customer[] = [];

interface Customer {
  readonly tenant: Tenant;
  readonly token: string;
  readonly client: ApiClient;
  readonly app: App;
}

beforeAll(async () => {
  await freehold.start();
  [anna, berta] = await Promise.all([makeCustomer('anna'), makeCustomer('berta')]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await freehold.remove();
});

async function makeCustomer(name: string): Promise<Customer> {
  const tenant = await freehold.client.createTenant({ name, kind: 'customer' });
  const { token = '' } = await freehold.client.createToken(tenant.id, { name: 'test' });
  const client = new ApiClient({ api: freehold.ready.api, token });
  const begun = await client.createApp({ type: 'php-site', name: 'site', spec: { hostnames: [`${name}.example`] } });
  await freehold.settle(begun);
  await freehold.json('app', 'deploy', `${name}/site`, folder, '--token', token);
  return { tenant, token, client, app: begun };
}

/** The first line of a log that has this text. */
async function lineWith(run: ProgramRun, text: string): Promise<{ log: string; line: string }> {
  for await (const json of run.lines()) if (json.includes(text)) return JSON.parse(json);
  throw new Error(`The logs ended without ${text}: ${run.stderr}`);
}

test('a customer follows the logs of her site: each request and what PHP says comes at once', async () => {
  const follow = freehold.freehold(
    'app',
    'logs',
    'site',
    '--follow',
    '--lines',
    '1',
    '--json',
    '--token',
    `${anna?.token}`,
  );
  const lines = lineWith(follow, 'GET /style.css?first');
  await freehold.site('berta.example', '/style.css?first');
  await expect
    .poll(async () => {
      await freehold.site('anna.example', '/style.css?first');
      return Promise.race([lines, false]);
    })
    .toMatchObject({
      log: 'access',
      line: expect.stringMatching(/GET \/style\.css\?first HTTP\/1\.1" 200 .* anna\.example /),
    });
  const words = lineWith(follow, 'looked for what is missing');
  await freehold.site('anna.example', '/missing.php');
  expect(await words).toMatchObject({ log: 'php' });
  follow.interrupt();
  expect(await follow.ended).toMatchObject({ code: 0 });
});

test('what the web server says about a site is in the site’s own log', async () => {
  await freehold.json('app', 'change', 'site', '--set', 'limits.bodySize=1K', '--token', `${berta?.token}`);
  const big = await fetch(`http://127.0.0.1:${freehold.ports.http}/`, { method: 'POST', body: 'x'.repeat(5_000) });
  expect(big.status).toBe(404);
  await expect
    .poll(async () => (await freehold.command('app', 'logs', 'anna/site', 'error')).stdout)
    .not.toContain('too large');
  const logs = await freehold.command('app', 'logs', 'site', 'access', '--token', `${berta?.token}`);
  expect(logs.stdout.match(/GET/g)).toHaveLength(1);
  expect(logs.stdout).toContain('berta.example');
});

test('a customer sees only her own', async () => {
  const sees = async ({ client }: Customer) => ({
    apps: (await client.listApps()).map(({ id }) => id),
    tenants: (await client.listTenants()).map(({ id }) => id),
    operations: new Set((await client.listOperations()).map(({ app }) => app)),
    logs: new Set((await client.listLogs(`${(await client.listApps())[0]?.id}`)).map(({ id }) => id)),
  });
  for (const customer of [anna, berta])
    expect(customer && (await sees(customer))).toEqual({
      apps: [customer?.app.id],
      tenants: [customer?.tenant.id],
      operations: new Set([customer?.app.id]),
      logs: new Set(['access', 'error', 'php']),
    });
});

test('for a customer what belongs to another is not there, whatever she tries', async () => {
  const { client } = anna as Customer;
  const { app, tenant } = berta as Customer;
  const tries: Record<string, () => Promise<unknown>> = {
    show: () => client.loadApp(app.id),
    change: () => client.changeApp(app.id, { spec: { workers: 1 } }),
    plan: () => client.planApp(app.id),
    suspend: () => client.suspendApp(app.id, { reason: 'abuse' }),
    remove: () => client.removeApp(app.id),
    logs: () => client.loadLog(app.id, 'access', {}),
    releases: () => client.listReleases(app.id),
    operations: () => client.listAppOperations(app.id),
    tokens: () => client.createToken(tenant.id, { name: 'mine' }),
    create: () =>
      client.createApp({ tenant: tenant.id, type: 'php-site', name: 'x', spec: { hostnames: ['x.example'] } }),
  };
  const statuses = await Promise.all(
    Object.entries(tries).map(async ([name, attempt]) => [
      name,
      await attempt().then(
        () => 200,
        (error) => error.problem.status,
      ),
    ]),
  );
  expect(Object.fromEntries(statuses)).toEqual(Object.fromEntries(Object.keys(tries).map((name) => [name, 404])));
});

test('for a customer nodes and plugins are the hoster’s, and a name of another customer is taken', async () => {
  const { client } = anna as Customer;
  const refused = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'allowed',
      (error) => error.problem.code,
    );
  expect(await refused(client.changeApp(`${anna?.app.id}`, { spec: { hostnames: ['berta.example'] } }))).toBe(
    'domain-taken',
  );
  expect(await refused(client.changeApp(`${anna?.app.id}`, { spec: { hostnames: ['a.berta.example'] } }))).toBe(
    'domain-taken',
  );
  expect(await refused(client.createTenant({ name: 'mine' }))).toBe('permission-denied');
  const [node] = await freehold.client.listNodes();
  expect(await refused(client.changeNode(`${node?.id}`, { drift: 'keep' }))).toMatch(
    /permission-denied|node-not-found/,
  );
  expect(await refused(client.enablePlugin(`${node?.id}`, 'nginx-php'))).toMatch(/permission-denied|node-not-found/);
});
