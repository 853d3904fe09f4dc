import { afterEach, expect, test } from 'vitest';
import { figure } from './installation/figures.ts';
import { startOwnDatabase } from './installation/own-database.ts';
import { findProcessesOf } from './installation/processes.ts';
import { accountsOf } from './installation/remains.ts';
import { findFreePorts } from './installation/settings.ts';
import { visit } from './installation/visit.ts';
import { Installation, type InstallationOptions, ONE_OF_EACH } from './installation.ts';

/** What an installation can be told, each time on a machine that has none yet. */

const made: Installation[] = [];
function makeInstallation(options: InstallationOptions = {}): Installation {
  const installation = new Installation(options);
  made.push(installation);
  return installation;
}
afterEach(async () => {
  for (const installation of made.splice(0)) await installation.remove();
});

test('FREEHOLD_DEMO=0: neither a customer nor a website, and ready.json names none', async () => {
  const freehold = makeInstallation({ env: { FREEHOLD_DEMO: '0' } });
  figure('first start without a demo', await freehold.start());
  expect(freehold.ready).toEqual({ api: expect.any(String), pid: expect.any(Number) });
  expect(await freehold.client.listApps()).toEqual([]);
  expect((await freehold.client.listTenants()).map(({ kind }) => kind)).toEqual(['hoster']);
  expect(freehold.counts()).toEqual(ONE_OF_EACH);
});

test('DATABASE_URL: a PostgreSQL of one’s own, which stays when the installation stops', async () => {
  const own = await startOwnDatabase();
  const freehold = makeInstallation({ env: { DATABASE_URL: own.url }, demo: true });
  try {
    await freehold.start();
    expect(freehold.counts()).toEqual({ ...ONE_OF_EACH, database: 0 });
    expect((await freehold.site('localhost')).status).toBe(200);
    await freehold.stop();
    expect(findProcessesOf(freehold.home.path)).toEqual([]);
    await freehold.start();
    expect((await freehold.client.listApps()).map(({ id }) => id)).toEqual([freehold.ready.demo?.app]);
    await freehold.stop();
  } finally {
    await own.stop();
  }
});

test('two installations side by side: other ports, other users, other sites; one goes, the other stays', async () => {
  const [one, two] = [makeInstallation({ demo: true }), makeInstallation({ demo: true })];
  await Promise.all([one.start(), two.start()]);
  const uids = [one, two].flatMap(({ home }) => accountsOf(home.path).map(({ uid }) => uid));
  expect(new Set(uids).size).toBe(2);
  expect([one.counts(), two.counts()]).toEqual([ONE_OF_EACH, ONE_OF_EACH]);
  const name = (body: string) => /Runs as<\/dt><dd>(\w+),/.exec(body)?.[1];
  const answers = await Promise.all([one, two].map(async (each) => name((await each.site('localhost')).body)));
  expect(answers).toEqual([one.ready.demo?.app, two.ready.demo?.app]);
  await one.remove();
  made.shift();
  expect([two.counts(), (await two.site('localhost')).status]).toEqual([ONE_OF_EACH, 200]);
});

test('other ports at the next start: all sites answer there, and nowhere else', async () => {
  const freehold = makeInstallation({ demo: true });
  await freehold.start();
  const before = freehold.ports;
  await freehold.stop();
  freehold.ports = await findFreePorts();
  figure('start with other ports', await freehold.start());
  expect((await freehold.site('localhost')).status).toBe(200);
  expect(freehold.ready.demo?.url).toBe(`http://localhost:${freehold.ports.http}/`);
  const [node] = await freehold.client.listNodes();
  const [demo] = await freehold.client.listApps();
  expect([node?.facts?.ports.https, demo?.links[0]?.url]).toEqual([freehold.ports.https, freehold.ready.demo?.url]);
  await expect(visit(before.http, 'localhost')).rejects.toThrow('ECONNREFUSED');
});

test('wrong settings are all told at once, and nothing is begun', async () => {
  const env = {
    FREEHOLD_PORT: '99999',
    FREEHOLD_HTTP_PORT: 'http',
    FREEHOLD_DEMO: 'perhaps',
    DATABASE_URL: 'mysql://me:secret@x',
  };
  const wrong = makeInstallation({ env });
  const words = await wrong.start().catch(String);
  for (const name of ['exit code 2', ...Object.keys(env)]) expect(words).toContain(name);
  expect(words).not.toContain('secret');
  expect(findProcessesOf(wrong.home.path)).toEqual([]);
});
