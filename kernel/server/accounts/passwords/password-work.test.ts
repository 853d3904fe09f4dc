import { expect, test } from 'vitest';
import { PasswordWork } from './password-work.ts';

test('no more passwords are looked at than there are places, and no more wait than there is room', async () => {
  const work = new PasswordWork({ atOnce: 2, waiting: 3 });
  const answers = await Promise.allSettled(Array.from({ length: 8 }, () => work.verify('x', undefined)));
  expect(answers.map(({ status }) => status)).toEqual([...Array(5).fill('fulfilled'), ...Array(3).fill('rejected')]);
  expect(answers.at(-1)).toMatchObject({ reason: { code: 'sign-in-busy', kind: { status: 503, retryable: true } } });
});

test('a place is free again after work that was done, and after work that failed', async () => {
  const work = new PasswordWork({ atOnce: 1, waiting: 1 });
  await expect(work.verify(undefined as never, undefined)).rejects.toThrow();
  await Promise.all([work.hash('a'), work.hash('b')]);
  expect(await work.verify('a', await work.hash('a'))).toBe(true);
});
