import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';
import { FakeClock } from './fake-clock.ts';

function breaker() {
  const clock = new FakeClock();
  const opened: number[] = [];
  const made = new CircuitBreaker({ failures: 3, pause: 30_000 }, clock, () => opened.push(clock.now().getTime()));
  const fail = (times = 1) => {
    for (let time = 0; time < times; time++) made.enter()?.fail();
  };
  return { breaker: made, clock, fail, opens: () => opened.length };
}

describe('CircuitBreaker', () => {
  it('opens after failures in a row, not after failures in all', () => {
    const { breaker: tested, fail, opens } = breaker();
    fail(2);
    tested.enter()?.succeed();
    fail(2);
    expect([tested.state, opens()]).toEqual(['closed', 0]);
    fail();
    expect([tested.state, opens()]).toEqual(['open', 1]);
    expect(tested.enter()).toBeUndefined();
    expect(tested.reopensIn).toBe(30_000);
  });

  it('lets one call through after the pause, and closes when it succeeds', () => {
    const { breaker: tested, clock, fail } = breaker();
    fail(3);
    clock.advance(29_999);
    expect(tested.enter()).toBeUndefined();
    clock.advance(1);
    expect(tested.state).toBe('half-open');
    const trial = tested.enter();
    expect(tested.enter()).toBeUndefined();
    trial?.succeed();
    expect(tested.state).toBe('closed');
    fail(2);
    expect(tested.state).toBe('closed');
  });

  it('opens again when the trial fails', () => {
    const { breaker: tested, clock, fail, opens } = breaker();
    fail(3);
    clock.advance(30_000);
    fail();
    expect([tested.state, opens(), tested.reopensIn]).toEqual(['open', 2, 30_000]);
  });

  it('does not count calls that began before it opened', () => {
    const { breaker: tested, clock, fail, opens } = breaker();
    const [early, late] = [tested.enter(), tested.enter()];
    fail(3);
    early?.succeed();
    late?.fail();
    expect([tested.state, opens()]).toEqual(['open', 1]);
    clock.advance(30_000);
    expect(tested.state).toBe('half-open');
  });
});
