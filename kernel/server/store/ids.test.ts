import { expect, test } from 'vitest';
import { idPattern, newId } from './ids.ts';

test('ids are unix user names and file names, sort by time, and are never the same', () => {
  const ids = Array.from({ length: 20_000 }, () => newId('app'));
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  for (const id of ids.slice(0, 100)) {
    expect(id).toMatch(/^[a-z0-9_]{24}$/);
    expect(id).toMatch(new RegExp(idPattern('app')));
  }
});

test('an id says when it was made, also in a hundred years', () => {
  const now = newId('tnt');
  expect(newId('tnt', Date.UTC(2126, 0, 1)) > now).toBe(true);
});
