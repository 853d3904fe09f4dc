import { expect, test } from 'vitest';
import { renderAgo, renderBytes, renderDuration } from './time-words.ts';

const now = Date.parse('2030-01-31T12:00:00Z');

test.each([
  ['2030-01-31T11:59:30Z', 'now'],
  ['2030-01-31T11:55:00Z', '5 minutes ago'],
  ['2030-01-31T10:55:00Z', '1 hour ago'],
  ['2030-01-30T12:00:00Z', 'yesterday'],
  ['2030-02-28T12:00:00Z', 'in 28 days'],
  ['2028-01-01T12:00:00Z', '2 years ago'],
])('%s is %s', (at, words) => {
  expect(renderAgo(at, now)).toBe(words);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_500, '1.5 kB'],
  [123_456_789, '123 MB'],
  [2e15, '2000 TB'],
])('%d bytes are %s', (bytes, words) => {
  expect(renderBytes(bytes)).toBe(words);
});

test.each([
  [12.3, '12 ms'],
  [1_240, '1.2 s'],
  [61_000, '1 min 1 s'],
])('%d ms are %s', (milliseconds, words) => {
  expect(renderDuration(milliseconds)).toBe(words);
});
