import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Clone } from './installation/clone.ts';
import { figure } from './installation/figures.ts';
import { findProcessesOf, userOf } from './installation/processes.ts';
import { removeRemains } from './installation/remains.ts';
import { makeFolder } from './installation/settings.ts';
import { Installation, ONE_OF_EACH } from './installation.ts';

/** Where people clone, and as whom they start. One clone is moved about, since installing the dependencies takes so long. */

const USER = `fhe2e${process.pid}`;
const clone = new Clone();
const moved: string[] = [];
/** Of the starts as root: where the repository stands does not matter to it. */
const data = makeFolder();

beforeAll(() => {
  execFileSync('useradd', ['--create-home', '--user-group', '--shell', '/bin/sh', USER]);
  // As if the system's Node were new enough: this one may stand where the user cannot come.
  mkdirSync(`/home/${USER}/bin`);
  copyFileSync(process.execPath, `/home/${USER}/bin/node`);
});
afterAll(() => {
  clone.remove();
  removeRemains(data);
  for (const folder of moved) rmSync(folder, { recursive: true, force: true });
  execFileSync('userdel', ['--remove', USER], { stdio: 'ignore' });
});

/** Moves the clone to where people put it, and types `npm start` there. */
function at(folder: string, options: { user?: string; home?: string; env?: NodeJS.ProcessEnv } = {}): Installation {
  mkdirSync(folder, { recursive: true });
  moved.push(folder);
  clone.moveTo(`${folder}/freehold`, options.user);
  return new Installation({ checkout: clone.path, command: ['npm', 'start'], demo: true, ...options });
}

test.each([
  ['root, below /root, where nobody else may enter', `/root/freehold-e2e-${process.pid}`],
  ['root, below /srv', `/srv/freehold-e2e-${process.pid}`],
  ['root, in the home of somebody else', `/home/${USER}/cloned`],
])('%s', async (_title, folder) => {
  const freehold = at(folder, { home: data });
  figure(`npm start in ${folder}`, await freehold.start());
  expect((await freehold.site('localhost')).status).toBe(200);
  expect(freehold.counts()).toEqual(ONE_OF_EACH);
  expect(userOf(freehold.pid('server'))).toBeGreaterThan(0);
  await freehold.stop();
  expect(findProcessesOf(data)).toEqual([]);
});

test('a user without privileges runs everything as herself, and is told what root would have to install', async () => {
  const home = `/home/${USER}/.local/share/freehold`;
  const env = { HOME: `/home/${USER}`, PATH: `/home/${USER}/bin:/usr/local/bin:/usr/bin:/bin` };
  const freehold = at(`/home/${USER}/own`, { user: USER, home, env });
  const uid = Number(execFileSync('id', ['-u', USER], { encoding: 'utf8' }));
  execFileSync('setpriv', ['--reuid', USER, '--regid', USER, '--init-groups', 'mkdir', '-p', home]);
  try {
    figure('npm start without privileges', await freehold.start());
    expect(freehold.counts()).toEqual(ONE_OF_EACH);
    expect(new Set(findProcessesOf(home).map(({ pid }) => userOf(pid)))).toEqual(new Set([uid]));
    const { status, body } = await freehold.site('localhost');
    expect([status, body]).toEqual([200, expect.stringContaining(`${USER}, user ${uid}`)]);

    const [node] = await freehold.client.listNodes();
    const config = { packages: ['nginx', 'php-fpm', 'php-imagick'] };
    const failed = await freehold.follow(freehold.client.enablePlugin(`${node?.id}`, 'nginx-php', config));
    expect(failed).toMatchObject({ state: 'failed', outcome: { reason: 'NeedsRoot' } });
    expect(JSON.stringify(failed.outcome)).toMatch(/sudo apt-get install -y [a-z -]*php-imagick/);
    expect((await freehold.site('localhost')).status).toBe(200);
  } finally {
    await freehold.remove();
  }
});
