import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

const read = (flags: Parameters<typeof readSettings>[0], environment: NodeJS.ProcessEnv = {}) =>
  readSettings({ home: '/srv/freehold', ...flags }, environment);

test('without a word everything has its default', () => {
  expect(read({})).toMatchObject({
    home: { path: '/srv/freehold', ready: '/srv/freehold/ready.json' },
    host: '127.0.0.1',
    port: 8600,
    httpPort: 8080,
    httpsPort: 8443,
    demo: true,
    logLevel: 'info',
  });
});

test('flags win over the environment, and an empty variable is none', () => {
  const environment = {
    FREEHOLD_PORT: '9000',
    FREEHOLD_HTTP_PORT: '9001',
    FREEHOLD_HTTPS_PORT: '',
    FREEHOLD_DEMO: '0',
  };
  expect(read({ port: '0' }, environment)).toMatchObject({ port: 0, httpPort: 9001, httpsPort: 8443, demo: false });
  expect(read({ demo: false }, { FREEHOLD_DEMO: '1' })).toMatchObject({ demo: false });
});

test('all problems are told at once, and the password of a database is not', () => {
  const environment = {
    FREEHOLD_PORT: '80800',
    FREEHOLD_HTTP_PORT: '8443',
    FREEHOLD_HOST: 'example',
    FREEHOLD_DEMO: 'maybe',
    FREEHOLD_LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://root:secret@db/x',
  };
  const problem = tryTo(() => read({ home: `/srv/${'x'.repeat(60)} y` }, environment));
  expect(problem.errors.map(({ pointer, message }) => `${pointer}: ${message}`)).toMatchInlineSnapshot(`
    [
      "/FREEHOLD_HOME: It is 67 characters long; sockets below it would be too long for the system.",
      "/FREEHOLD_HOME: It has characters that mean something in configuration files.",
      "/DATABASE_URL: It is no address of a PostgreSQL database.",
      "/FREEHOLD_HOST: It is no IP address.",
      "/FREEHOLD_PORT: It is no port.",
      "/FREEHOLD_DEMO: It is neither yes nor no.",
      "/FREEHOLD_LOG_LEVEL: It is no level.",
      "/FREEHOLD_HTTPS_PORT: FREEHOLD_HTTP_PORT is the same port.",
    ]
  `);
  expect(JSON.stringify(problem)).not.toContain('secret');
});

test('a data folder behind a link is taken by its real path', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'freehold-')));
  try {
    symlinkSync(folder, `${folder}/link`);
    expect(read({ home: `${folder}/link/not/there` }).home.path).toBe(`${folder}/not/there`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function tryTo(work: () => unknown): { errors: { pointer: string; message: string }[] } {
  try {
    work();
  } catch (error) {
    return (error as { problem: { errors: { pointer: string; message: string }[] } }).problem;
  }
  throw new Error('It was accepted.');
}
