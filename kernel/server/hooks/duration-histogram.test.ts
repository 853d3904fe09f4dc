import { expect, it } from 'vitest';
import { DurationHistogram } from './duration-histogram.ts';

it('gives quantiles that are right to a quarter', () => {
  const durations = new DurationHistogram();
  expect(durations.quantile(0.95)).toBe(0);
  for (let milliseconds = 1; milliseconds <= 1000; milliseconds++) durations.record(milliseconds);
  expect(durations.quantile(0.5)).toBeGreaterThanOrEqual(500);
  expect(durations.quantile(0.5)).toBeLessThan(625);
  expect(durations.quantile(0.95)).toBeGreaterThanOrEqual(950);
  expect(durations.quantile(0.95)).toBeLessThan(1250);
});

it('keeps what is off the scale in its last bucket', () => {
  const durations = new DurationHistogram();
  durations.record(10_000_000);
  durations.record(0);
  expect(durations.quantile(0.5)).toBe(0.1);
  expect(durations.quantile(1)).toBeGreaterThan(60_000);
});
