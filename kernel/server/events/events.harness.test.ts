import { describe, expect, test } from 'vitest';
import { takeDatabase } from '../../testing/database.ts';
import { systemActor } from '../accounts/actor.ts';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';
import { EventLog } from './event-log.ts';
import { AGE, BEGINNING, readEvents } from './event-reader.ts';

const superActor = { ...systemActor, memberships: [{ tenant: 'tnt_x' as never, role: 'super_admin' as const }] };
const json = { accept: 'application/json' };
const note = ({ admin }: TestServer, name: string) => admin('POST', '/v1/apps', { type: 'note', name, spec: {} });
const types = (items: { type: string }[]) => items.map(({ type }) => type);

describe('the order of events', () => {
  test('is that of commits, however transactions overlap, and a reader who goes on misses none', async () => {
    const { store, server } = await startReadyServer();
    const log = server.get(EventLog);
    const total = 60;
    let written = 0;
    const write = async (delay: number) => {
      await store.transaction(async (tx) => {
        await log.publish(tx, { type: 'test', data: { n: written++ } });
        await new Promise((resolve) => setTimeout(resolve, delay));
        await log.publish(tx, { type: 'test', data: { n: written++ } });
      });
    };
    const delays = Array.from({ length: total / 2 }, (_, index) => (index * 7) % 11);
    const writing = (async () => {
      for (let start = 0; start < delays.length; start += 6)
        await Promise.all(delays.slice(start, start + 6).map(write));
    })();
    const seen: string[] = [];
    let position = BEGINNING;
    const filter = { types: ['test'] };
    while (seen.length < total) {
      const page = await readEvents(store, { actor: superActor, filter, after: position, limit: 7 });
      position = page.position;
      seen.push(...page.events.map(({ id }) => id));
    }
    await writing;
    expect(new Set(seen).size).toBe(total);
    const { rows } = await store.pool.query(
      `select xid::text || '-' || id as id from kernel.event where type = 'test' order by event.xid, event.id`,
    );
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  test('does not let anything appear before a position that was read, while an older transaction runs', async () => {
    const { store, server } = await startReadyServer();
    const log = server.get(EventLog);
    const { promise: hold, resolve: release } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const slow = store.transaction(async (tx) => {
      await log.publish(tx, { type: 'slow', data: {} });
      begin();
      await hold;
    });
    await begun;
    await store.transaction((tx) => log.publish(tx, { type: 'quick', data: {} }));
    const read = (after: string) =>
      readEvents(store, { actor: superActor, filter: { types: ['slow', 'quick'] }, after, limit: 10 });
    const before = await read(BEGINNING);
    expect(before).toMatchObject({ events: [], unsettled: true });
    release();
    await slow;
    expect(types((await read(before.position)).events)).toEqual(['slow', 'quick']);
  });

  test('does not wait for transactions of other databases of the same PostgreSQL', async () => {
    const { store, server } = await startReadyServer();
    await using other = await takeDatabase();
    const log = server.get(EventLog);
    const busy = await other.store.pool.connect();
    await busy.query("begin; insert into kernel.setting (key, value) values ('x', '1')");
    await store.transaction((tx) => log.publish(tx, { type: 'test', data: {} }));
    const query = { actor: superActor, filter: { types: ['test'] }, after: BEGINNING, limit: 10 };
    expect(await readEvents(store, query)).toMatchObject({ events: [{ type: 'test' }], unsettled: false });
    await busy.query('rollback');
    busy.release();
  });

  test('is known although PostgreSQL tells only the lower half of the number of a transaction', async () => {
    const { store } = await startReadyServer();
    const pairs = [
      [1_000, 1_000, 0],
      [1_000, 990, 10],
      [2 ** 32 + 5, 4_294_967_295, 6],
      [2 ** 33 + 5, 7, -2],
    ];
    for (const [newest, running, age] of pairs) {
      const { rows } = await store.pool.query(
        `select (${AGE})::integer as age from (select $1::bigint as newest, $2::text::xid as backend_xid) as known`,
        [newest, running],
      );
      expect(rows).toEqual([{ age }]);
    }
  });
});

describe('what happened', () => {
  test('is given in pages, of an app, of an operation, of some types', async () => {
    const run = await startReadyServer();
    const { body: app } = await note(run, 'a');
    await note(run, 'b');
    await run.node.settle();
    await run.admin('DELETE', `/v1/apps/${app.id}`);
    const get = async (query: string) => (await run.admin('GET', `/v1/events?${query}`, undefined, json)).body;
    const ofApp = (await get(`app=${app.id}`)).items.filter(
      ({ type }: { type: string }) => type !== 'app.conditionChanged',
    );
    expect(types(ofApp)).toEqual(['app.created', 'operation.finished', 'app.removed']);
    const ready = (await get(`app=${app.id}&types=app.conditionChanged`)).items.map(
      ({ data: { condition } }: { data: { condition: { type: string; status: string } } }) =>
        `${condition.type} ${condition.status}`,
    );
    expect(ready).toEqual(['Ready Unknown', 'Ready True', 'Drifted False', 'Ready Unknown']);
    expect(types((await get(`operation=${app.operation.id}`)).items)).toEqual(['app.created', 'operation.finished']);
    expect(types((await get('types=app.created')).items)).toEqual(['app.created', 'app.created']);
    const first = await get('types=app.created&limit=1');
    const second = await get(`types=app.created&limit=1&cursor=${first.next}`);
    expect([first.items[0].data.app.name, second.items[0].data.app.name]).toEqual(['a', 'b']);
    expect(types((await get(`after=${first.items[0].id}&types=app.created`)).items)).toEqual(['app.created']);
  });

  test('says what the hook of the same name declares', async () => {
    const run = await startReadyServer();
    const { body: app } = await note(run, 'a');
    const { body } = await run.admin('GET', '/v1/events?types=app.created', undefined, json);
    expect(body.items[0].data).toEqual({
      at: expect.stringMatching(/^2026-/),
      app: { id: app.id, tenant: app.tenant, type: 'note', name: 'a' },
      actor: { kind: 'account', id: expect.stringMatching(/^acc_/) },
    });
  });

  test('is told to whom it concerns: a customer of his own apps, a reseller of those of his customers', async () => {
    const run = await startReadyServer();
    const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
    const ada = await reseller.caller('POST', '/v1/tenants', { name: 'Ada' });
    const { body: token } = await reseller.caller('POST', `/v1/tenants/${ada.body.id}/tokens`, { name: 'x' });
    const bob = await run.newTenant('Bob');
    await run.as(token.token)('POST', '/v1/apps', { type: 'note', name: 'ada', spec: {} });
    await bob.caller('POST', '/v1/apps', { type: 'note', name: 'bob', spec: {} });
    const names = async (caller: typeof bob.caller) =>
      (await caller('GET', '/v1/events?types=app.created', undefined, json)).body.items.map(
        (one: { data: { app: { name: string } } }) => one.data.app.name,
      );
    expect(await names(run.as(token.token))).toEqual(['ada']);
    expect(await names(bob.caller)).toEqual(['bob']);
    expect(await names(reseller.caller)).toEqual(['ada']);
    expect(await names(run.admin)).toEqual(['ada', 'bob']);
  });
});

describe('the stream', () => {
  test('tells events as they happen, and how far operations have come', async () => {
    const run = await startReadyServer();
    const stream = await run.open('/v1/events?types=app.created,operation.progress,operation.finished');
    const { body: app } = await note(run, 'a');
    expect(await stream.next()).toMatchObject({ event: 'app.created', data: { app: { name: 'a' } } });
    await run.node.work();
    await run.node.exchange({
      reports: [{ kind: 'progress', owner: `app:${app.id}`, revision: 1, done: 1, total: 3, message: 'writing files' }],
    });
    expect(await stream.next()).toMatchObject({
      event: 'operation.progress',
      data: { operation: app.operation.id, done: 1, total: 3, message: 'writing files' },
    });
    await run.node.settle();
    expect(await stream.next()).toMatchObject({
      event: 'operation.finished',
      data: { operation: { id: app.operation.id, state: 'succeeded' } },
    });
  });

  test('of one operation tells of no other, and a stranger hears nothing', async () => {
    const run = await startReadyServer();
    const stranger = await run.newTenant('Eve');
    const { body: one } = await note(run, 'a');
    const deaf = await run.open('/v1/events', { token: stranger.caller.token ?? '' });
    const stream = await run.open(`/v1/events?operation=${one.operation.id}`);
    await note(run, 'b');
    await run.node.work();
    await run.node.exchange({
      reports: [{ kind: 'progress', owner: `app:${one.id}`, revision: 1, done: 1, total: 3, message: 'x' }],
    });
    await run.node.settle();
    expect(await stream.next()).toMatchObject({ event: 'operation.progress' });
    expect(await stream.next()).toMatchObject({
      event: 'operation.finished',
      data: { operation: { id: one.operation.id } },
    });
    await stranger.caller('POST', '/v1/apps', { type: 'note', name: 'own', spec: {} });
    expect(await deaf.next()).toMatchObject({ event: 'app.created', data: { app: { name: 'own' } } });
  });

  test('goes on after the last event that was seen, wherever it was cut off', async () => {
    const run = await startReadyServer();
    const all = Array.from({ length: 8 }, (_, index) => `app-${index}`);
    const first = await run.open('/v1/events?types=app.created');
    const seen: string[] = [];
    let last = '';
    await Promise.all(all.slice(0, 5).map((name) => note(run, name)));
    for (let count = 0; count < 3; count++) {
      const message = await first.next();
      seen.push(message?.data.app.name);
      last = message?.id ?? '';
    }
    first.close();
    await Promise.all(all.slice(5).map((name) => note(run, name)));
    const second = await run.open('/v1/events?types=app.created', { headers: { 'last-event-id': last } });
    while (seen.length < all.length) seen.push((await second.next())?.data.app.name);
    expect([...seen].sort()).toEqual(all);
  });

  test('ends when the server stops, and when its caller goes away the server forgets it', async () => {
    const run = await startReadyServer();
    const [stays, leaves] = [await run.open('/v1/events'), await run.open('/v1/events')];
    leaves.close();
    await run.server.stop();
    expect(await stays.next()).toBeUndefined();
  });

  test('refuses a position that is none', async () => {
    const run = await startReadyServer();
    for (const after of ['x', '-1-2', '1', '99999999999999999999-1', `1-${'9'.repeat(19)}`])
      expect((await run.admin('GET', `/v1/events?after=${after}`, undefined, json)).status).toBe(422);
  });
});
