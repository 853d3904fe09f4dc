import { expect, test } from 'vitest';
import { redact } from './redact.ts';

test('takes secrets out of every text, however deep', () => {
  expect(redact({ steps: [{ output: 'password=Abcdefgh12 ok', n: 1 }], x: null }, ['Abcdefgh12'])).toEqual({
    steps: [{ output: 'password=[secret] ok', n: 1 }],
    x: null,
  });
});

test('leaves everything as it is when there are no secrets', () => {
  const value = { a: 1 };
  expect(redact(value, [])).toBe(value);
});
