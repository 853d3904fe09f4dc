import { readFileSync } from 'node:fs';
import { type AppInput, defineAppType, directory, Fields, file, output, Type, user } from '@freehold/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpRoute, phpPool } from '../contract.ts';
import { Machine } from './machine/machine.ts';
import { waitUntil } from './machine/running-service.ts';
import { visit } from './machine/visit.ts';

/** What an author of another plugin does with the two contracts: two pools in one app, with variables that are secret. */
const twoPools = defineAppType({
  id: 'two-pools',
  title: 'Two pools',
  description: 'A front and a back.',
  category: 'web',
  specVersion: 1,
  spec: Fields({ name: Type.String({ maxLength: 20, pattern: '^[a-z]+$' }) }),
  resources: ({ app, secret }: AppInput<{ name: string }>) => {
    const environment = { PASSWORD: secret('password') };
    const pool = phpPool.resource('main', { folders: [`${app.home}/www`], environment, slowLog: { seconds: 1 } });
    const back = phpPool.resource('back', {
      folders: [`${app.home}/www`],
      temporaryFolder: `${app.home}/back`,
      sessionFolder: `${app.home}/back-sessions`,
      logFolder: `${app.home}/logs/back`,
      workers: 1,
    });
    const folder = `${app.home}/www`;
    return [
      user({ name: app.user, home: app.home }),
      directory({ path: app.home, mode: '0711' }),
      directory({ path: `${app.home}/logs`, mode: '0711' }),
      directory({ path: folder }),
      file({
        path: `${folder}/index.php`,
        content: '<?php echo getenv("PASSWORD") ?: "none", " ", sys_get_temp_dir();',
      }),
      file({ path: `${folder}/slow.php`, content: '<?php usleep(2500000);' }),
      pool,
      back,
      httpRoute.resource('main', {
        hostnames: ['front.example'],
        folder,
        indexFiles: ['index.php'],
        fastcgi: { address: output(pool, 'socket') },
      }),
      httpRoute.resource('back', {
        hostnames: ['back.example'],
        folder,
        indexFiles: ['index.php'],
        fastcgi: { address: output(back, 'socket') },
      }),
    ];
  },
});

let machine: Machine;
let home: string;

beforeAll(async () => {
  machine = await Machine.start();
  ({ home } = await machine.applyApp({ type: twoPools, name: 'pools', spec: { name: 'x' } }));
});
afterAll(() => machine?.stop());

test('each pool has its own variables and folders', async () => {
  expect((await visit(machine, { host: 'front.example' })).body).toBe(`password ${home}/tmp`);
  expect((await visit(machine, { host: 'back.example' })).body).toBe(`none ${home}/back`);
});

test('each has its own logs', () => {
  const logs = machine.primitives(machine.idOf('pools')).flatMap(({ type, id }) => (type === 'log' ? [id] : []));
  expect(logs.sort()).toEqual(['access', 'back-access', 'back-error', 'back-php', 'error', 'php', 'php-slow']);
});

test('slow requests are logged with what they were doing', async () => {
  expect((await visit(machine, { host: 'front.example', path: '/slow.php' })).status).toBe(200);
  await waitUntil('the slow request is logged', () =>
    readFileSync(`${home}/logs/php-slow.log`, 'utf8').includes('slow.php:1'),
  );
});
