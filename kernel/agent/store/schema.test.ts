import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { stateStoreOn } from './state-store.ts';

it('what is in the trash of an older agent has the numbers that its users have', () => {
  const database = new DatabaseSync(':memory:');
  stateStoreOn(database);
  database.exec(`
    ALTER TABLE trash DROP COLUMN uids; PRAGMA user_version = 1;
    INSERT INTO account VALUES (200000, 'one', 'app:one'), (200001, 'cron', 'app:one'), (200002, 'two', 'app:two');
    INSERT INTO trash VALUES (1, 'app:one', 'files', '/a', '[]', 1, 0), (2, 'role:web', 'files', '/b', '[]', 1, 0);
  `);
  const { trash } = stateStoreOn(database);
  expect(trash.ofOwner('app:one')).toMatchObject([{ uids: { one: 200_000, cron: 200_001 }, moved: true }]);
  expect(trash.ofOwner('role:web')).toMatchObject([{ uids: {} }]);
});

it('a store of a newer agent is refused', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA user_version = 1000');
  expect(() => stateStoreOn(database)).toThrow("The agent's store has version 1000");
});
