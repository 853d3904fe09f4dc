import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ADMIN, startReadyServer } from '../../testing/test-server.ts';

/** A real log, kept as text. */
function keepLog() {
  const lines: string[] = [];
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => void lines.push(line) });
  return { log, lines };
}

test('each request is one line that says who asked for what, and how it went', async () => {
  const { log, lines } = keepLog();
  const { admin, as } = await startReadyServer({ log });
  lines.length = 0;
  await admin('GET', '/v1/apps?name=x', undefined, { 'x-request-id': 'request-0001' });
  await as(undefined)('GET', '/v1/nothing');
  const entries = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
  expect(entries).toEqual([
    expect.objectContaining({
      ...{ request: 'request-0001', method: 'GET', path: '/v1/apps', route: '/v1/apps', status: 200 },
      ...{ address: '127.0.0.1', actor: expect.stringMatching(/^(?:acc|tok)_/), ms: expect.any(Number) },
    }),
    expect.objectContaining({ path: '/v1/nothing', status: 404 }),
  ]);
});

test('no secret that a request carries, wherever it carries it, is in the log', async () => {
  const { log, lines } = keepLog();
  const { admin, as } = await startReadyServer({ log });
  const seed = (place: string) => `fh_seeded${place}${'x'.repeat(30)}`;
  const json = { accept: 'application/json' };
  await as(seed('bearer'))('GET', '/v1/apps', undefined, json);
  await admin('GET', `/v1/apps?name=${seed('query')}`);
  await admin('GET', `/v1/apps?cursor=${seed('cursor')}`);
  await admin('GET', `/v1/apps/${seed('path')}`);
  await admin('GET', `/v1/${seed('nowhere')}/x?token=${seed('nowherequery')}`);
  await admin('GET', '/v1/apps', undefined, { cookie: `freehold=${seed('cookie')}`, 'x-api-key': seed('header') });
  await admin('GET', '/v1/apps', undefined, { 'x-request-id': seed('id'), 'user-agent': seed('agent') });
  await admin(
    'POST',
    '/v1/apps',
    { type: 'note', name: 'x', spec: { text: seed('spec') } },
    { 'idempotency-key': seed('key') },
  );
  await admin('POST', '/v1/apps', { type: 'note', name: 'y', spec: { unknown: seed('unknown') } });
  await admin('POST', '/v1/apps', `{"broken": "${seed('broken')}`, { 'content-type': 'application/json' });
  for (const password of [ADMIN.password, seed('password')])
    await as(undefined)('POST', '/v1/session', { email: ADMIN.email, password });
  const text = lines.join('');
  expect(text).toContain('"msg":"request"');
  expect(text).not.toContain('seeded');
  for (const secret of [ADMIN.token, ADMIN.password]) expect(text).not.toContain(secret);
});

test('nothing that a request says can begin a line of the log', async () => {
  const { log, lines } = keepLog();
  const { admin } = await startReadyServer({ log });
  lines.length = 0;
  const evil = 'x\n{"level":30,"msg":"request","path":"/forged","status":200}\r\n\u2028\u001b[2J';
  await admin('GET', `/v1/apps/${encodeURIComponent(evil)}`);
  await admin('GET', `/v1/${encodeURIComponent(evil)}`, undefined, { 'user-agent': 'x\tforged' });
  await admin('POST', '/v1/tenants', { name: evil });
  for (const line of lines) {
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line).path).not.toBe('/forged');
    expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u2028]/);
  }
  expect(lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request')).toHaveLength(3);
});
