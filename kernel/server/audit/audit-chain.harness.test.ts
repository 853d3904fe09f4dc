import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { takeDatabase } from '../../testing/database.ts';
import { FakeClock } from '../hooks/fake-clock.ts';
import { silentLog } from '../log/logger.ts';
import { Keyring } from '../secrets/keyring.ts';
import type { StoredActor } from '../store/entities/index.ts';
import { Notifications } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';
import { AuditService } from './audit.service.ts';
import { AuditHead } from './audit-head.ts';
import { AuditSealer } from './audit-sealer.ts';
import { AuditVerifier } from './audit-verifier.ts';

const ada: StoredActor = { kind: 'account', id: 'acc_ada', name: 'ada@freehold.test' };

/** What seals and verifies, as two servers on one database would. */
async function setUp({ key = 'k' } = {}) {
  const database = await takeDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'freehold-audit-'));
  const { store } = database;
  const clock = new FakeClock();
  const notifications = new Notifications(store.pool, silentLog);
  await notifications.open();
  onTestFinished(async () => {
    await notifications.close();
    await database.release();
    await rm(folder, { recursive: true });
  });
  const server = (name: string, keyText = key) => {
    const keyring = new Keyring(Buffer.alloc(32, keyText));
    const head = new AuditHead(join(folder, name));
    const sealer = new AuditSealer({ store, clock, log: silentLog, keyring, notifications, head });
    const verifier = new AuditVerifier({ store, keyring, sealer, head });
    return { sealer, verifier, audit: new AuditService({ store, clock, verifier }) };
  };
  return { store, clock, server, ...server('one') };
}

function write(store: Store, audit: AuditService, subject: string) {
  return store.transaction(async (tx) =>
    audit.record(tx, { actor: ada, action: 'app.change', subject, before: { title: 'a' }, after: { title: 'b' } }),
  );
}

/** What only somebody who rules the database can do. */
async function tamper(store: Store, statement: string): Promise<void> {
  const client = await store.pool.connect();
  try {
    await client.query(`begin; set local session_replication_role = replica; ${statement}; commit`);
  } finally {
    client.release();
  }
}

const kinds = ({ problems }: { problems: readonly { kind: string; number: number }[] }) =>
  problems.map(({ kind, number }) => `${kind} ${number}`);

test('what many transactions write at once becomes one chain, whoever seals it', async () => {
  const { store, audit, sealer, verifier, server } = await setUp();
  const other = server('two');
  await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      await write(store, audit, `app_${index}`);
      await (index % 2 ? sealer : other.sealer).seal();
    }),
  );
  const { rows } = await store.pool.query('select number from kernel.audit_entry order by number');
  expect(rows.map(({ number }) => Number(number))).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(await verifier.verify()).toMatchObject({
    intact: true,
    entries: 60,
    first: 1,
    head: { number: 60 },
    problems: [],
  });
  expect((await other.verifier.verify()).intact).toBe(true);
});

test('entries are sealed a moment after they were written', async () => {
  const { store, audit, sealer } = await setUp();
  sealer.start();
  await write(store, audit, 'app_1');
  const unsealed = async () =>
    (await store.pool.query('select 1 from kernel.audit_entry where number is null')).rowCount;
  while (await unsealed()) await new Promise((resolve) => setTimeout(resolve, 5));
  await sealer.stop();
});

test.each<[string, string, string[]]>([
  ['an entry that was changed', `update kernel.audit_entry set details = '{"x": 1}' where number = 3`, ['changed 3']],
  ['who did it', `update kernel.audit_entry set actor = actor || '{"name": "eve"}' where number = 1`, ['changed 1']],
  ['what it was before', `update kernel.audit_entry set before = '{"title": "c"}' where number = 5`, ['changed 5']],
  ['a moment', `update kernel.audit_entry set at = at + interval '1 microsecond' where number = 2`, ['changed 2']],
  ['an entry that was removed', 'delete from kernel.audit_entry where number in (2, 3)', ['missing 2']],
  ['the first one that was removed', 'delete from kernel.audit_entry where number = 1', ['missing 1']],
  ['an end that was cut off', 'delete from kernel.audit_entry where number >= 4', ['cut-off 4']],
  [
    'two that changed places',
    'update kernel.audit_entry set number = number + 10 where number in (2, 3); update kernel.audit_entry set number = 15 - number where number > 10',
    ['changed 2', 'changed 3', 'changed 4'],
  ],
  [
    'one that was let go by somebody else',
    `delete from kernel.audit_entry where number = 1;
     insert into kernel.audit_checkpoint select 1, link, link, now() from kernel.audit_entry where number = 2`,
    ['forged-checkpoint 1', 'changed 2'],
  ],
])('%s is found', async (_, statement, expected) => {
  const { store, audit, sealer, verifier } = await setUp();
  for (let index = 1; index <= 6; index += 1) await write(store, audit, `app_${index}`);
  await sealer.seal();
  expect((await verifier.verify()).intact).toBe(true);
  await tamper(store, statement);
  const verification = await verifier.verify();
  expect(kinds(verification)).toEqual(expected);
  expect(verification.intact).toBe(false);
});

test('a chain that somebody made anew without the key of the installation is found', async () => {
  const { store, audit, sealer, verifier, server } = await setUp();
  for (let index = 1; index <= 3; index += 1) await write(store, audit, `app_${index}`);
  await sealer.seal();
  await tamper(store, `update kernel.audit_entry set subject = 'app_9', number = null, link = null`);
  await server('three', 'guessed').sealer.seal();
  expect(kinds(await verifier.verify())).toEqual(['changed 1', 'changed 2', 'changed 3', 'other-chain 3']);
});

test('an end that was cut off is found by who wrote it down, on any server', async () => {
  const { store, audit, sealer, server } = await setUp();
  await write(store, audit, 'app_1');
  await write(store, audit, 'app_2');
  const end = await sealer.seal();
  await tamper(store, 'delete from kernel.audit_entry where number = 2');
  const fresh = server('fresh').verifier;
  expect((await fresh.verify()).intact).toBe(true);
  expect(kinds(await fresh.verify(end))).toEqual(['cut-off 2']);
});

test.each([
  'update kernel.audit_entry set action = $$x$$',
  'delete from kernel.audit_entry',
  'truncate kernel.audit_entry',
])('the database refuses: %s', async (statement) => {
  const { store, audit, sealer } = await setUp();
  await write(store, audit, 'app_1');
  await expect(store.pool.query(statement)).rejects.toThrow('append-only');
  await sealer.seal();
  await expect(store.pool.query(statement)).rejects.toThrow('append-only');
  await expect(store.pool.query('update kernel.audit_entry set number = 7')).rejects.toThrow('append-only');
});

test('entries whose time is over are let go, and the chain goes on', async () => {
  const { store, audit, clock, sealer, verifier } = await setUp();
  for (let index = 1; index <= 3; index += 1) await write(store, audit, `app_${index}`);
  clock.advance(40 * 86_400_000);
  for (let index = 4; index <= 5; index += 1) await write(store, audit, `app_${index}`);
  const before = new Date(clock.now().getTime() - 30 * 86_400_000);
  expect(await sealer.prune(before)).toBe(3);
  expect(await sealer.prune(before)).toBe(0);
  await write(store, audit, 'app_6');
  expect(await verifier.verify()).toMatchObject({ intact: true, entries: 3, first: 4, head: { number: 6 } });
  clock.advance(40 * 86_400_000);
  expect(await sealer.prune(clock.now())).toBe(3);
  await write(store, audit, 'app_7');
  expect(await verifier.verify()).toMatchObject({ intact: true, entries: 1, first: 7, head: { number: 7 } });
});
