import { expect, test } from 'vitest';
import { HeardCache } from './heard-cache.ts';

test('what was read is kept until it may have changed', async () => {
  const cache = new HeardCache<number>(10);
  let reads = 0;
  const load = () => cache.load('a', async () => ++reads);
  expect([await load(), await load()]).toEqual([1, 1]);
  cache.forget('a');
  expect(await load()).toBe(2);
  cache.forgetWhere((value) => value === 2);
  expect(await load()).toBe(3);
  cache.forgetAll();
  expect(await load()).toBe(4);
});

test('what was read while a change was heard of is not kept: it may be what was there before', async () => {
  const cache = new HeardCache<string>(10);
  const { promise, resolve } = Promise.withResolvers<string>();
  const before = cache.load('a', () => promise);
  cache.forget('a');
  resolve('old');
  expect(await before).toBe('old');
  expect(await cache.load('a', async () => 'new')).toBe('new');
});

test('what is not there is looked for again, and what was not used for longest makes room', async () => {
  const cache = new HeardCache<string>(2);
  expect(await cache.load('a', async () => undefined)).toBe(undefined);
  for (const key of ['a', 'b', 'a', 'c']) await cache.load(key, async () => key);
  expect(await cache.load('a', async () => 'read again')).toBe('a');
  expect(await cache.load('b', async () => 'read again')).toBe('read again');
});
