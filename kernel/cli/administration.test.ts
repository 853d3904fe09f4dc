import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, serveApi } from './testing/api-server.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a command line against an API that answers so. */
async function run(routes: Readonly<Record<string, Answer>>, args: readonly string[], input = '') {
  await using server = await serveApi(routes);
  const env = { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: folder, FREEHOLD_HOME: join(folder, 'home') };
  const main = join(import.meta.dirname, 'main.ts');
  return await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const command = [main, '--api', server.api, '--token', 'fh_t', ...args];
    const child = execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

const link = 'a'.repeat(64);

test('a log that was not changed is said to be so, with an end to write down', async () => {
  const { code, stdout } = await run(
    {
      'POST /v1/audit/verify': () => ({ intact: true, entries: 7, first: 1, head: { number: 7, link }, problems: [] }),
    },
    ['audit', 'verify'],
  );
  expect([code, stdout]).toEqual([0, `Nothing was changed. 7 entries.\nEnd of the log: 7:${link}\n`]);
});

test('a log that was changed ends a script, and the end that was written down is looked for', async () => {
  let asked: unknown;
  const problems = [
    { kind: 'changed', number: 3, entry: 'aud_3', message: 'Entry 3 (aud_3) was changed after it was written.' },
  ];
  const verify: Answer = async ({ body }) => {
    asked = await body();
    return { intact: false, entries: 7, first: 1, head: { number: 7, link }, problems };
  };
  const { code, stdout } = await run({ 'POST /v1/audit/verify': verify }, ['audit', 'verify', '--head', `7:${link}`]);
  expect(code).toBe(1);
  expect(stdout).toContain('Entry 3 (aud_3) was changed');
  expect(asked).toEqual({ head: { number: 7, link } });
});

test('the log is exported line by line, as it came', async () => {
  const lines = [{ id: 'aud_1' }, { id: 'aud_2', details: { text: 'ä\u202e' } }].map(
    (entry) => `${JSON.stringify(entry)}\n`,
  );
  const asked: string[] = [];
  const answer: Answer = ({ url, reply }) => {
    asked.push(url.search);
    reply.setHeader('content-type', 'application/x-ndjson').end(lines.join(''));
  };
  const { stdout } = await run({ 'GET /v1/audit/export': answer }, ['audit', 'export', '--action', 'app.*']);
  expect(stdout).toBe(lines.join(''));
  expect(asked).toEqual(['?action=app.*']);
});

test('the newest mail is shown without its id', async () => {
  const mail = {
    id: 'mai_2',
    to: 'a@b.test',
    subject: 'Hello',
    state: 'inbox',
    problem: null,
    createdAt: '2026-01-01T00:00:00Z',
  };
  const { stdout } = await run(
    {
      'GET /v1/mail': () => ({ items: [mail], next: null }),
      'GET /v1/mail/:mail': () => ({
        ...mail,
        from: { name: 'Freehold', address: 'x@y.test' },
        text: 'Open\nthis.',
        html: '<p>',
      }),
    },
    ['mail', 'show'],
  );
  expect(stdout).toMatch(/^Hello {2}mai_2\n {2}From {3}Freehold <x@y\.test>\n[\s\S]*\n\nOpen\nthis\.\n$/);
});

test('settings are set as what they are, and the password of the mail server is read where nobody sees it', async () => {
  let change: unknown;
  const settings = {
    name: 'x',
    registration: 'closed',
    auditRetention: null,
    mail: { port: 587, host: null },
    corsOrigins: ['https://a.test'],
  };
  const limits = { rateLimits: { account: { requests: 1, seconds: 2 } } };
  const { code, stderr } = await run(
    {
      'GET /v1/settings': () => ({ ...settings, ...limits }),
      'PATCH /v1/settings': async ({ body }) => {
        change = await body();
        return settings;
      },
    },
    [
      ...[
        'settings',
        'set',
        'name=123',
        'auditRetention=7776000',
        'mail.port=25',
        'mail.host=mail.test',
        '--mail-password',
      ],
      ...['corsOrigins[]=https://b.test', 'registration=null', 'rateLimits.account.requests=9'],
    ],
    'secret\n',
  );
  expect([code, stderr]).toEqual([0, 'The settings are changed.\n']);
  expect(change).toEqual({
    ...{
      name: '123',
      auditRetention: 7_776_000,
      registration: null,
      mail: { port: 25, host: 'mail.test', password: 'secret' },
    },
    ...{ corsOrigins: ['https://a.test', 'https://b.test'], rateLimits: { account: { requests: 9, seconds: 2 } } },
  });
});

test('of a brand what is given is changed, and what is empty is as above again', async () => {
  let wish: unknown;
  const own = { name: 'Small', color: '#000000', footer: 'x' };
  const { code } = await run(
    {
      'GET /v1/tenants': () => ({ items: [{ id: 'tnt_1', slug: 'small' }], next: null }),
      'GET /v1/tenants/:tenant/brand': () => ({ own, effective: own }),
      'PUT /v1/tenants/:tenant/brand': async ({ body }) => {
        wish = await body();
        return { own, effective: own };
      },
    },
    ['brand', 'set', 'small', '--name', 'Tiny', '--footer', ''],
  );
  expect([code, wish]).toEqual([0, { name: 'Tiny', color: '#000000', footer: null }]);
});
