import type { Outcome } from '@freehold/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCondition } from './conditions.ts';
import {
  type AppliedFacts,
  acceptApplied,
  acceptChecked,
  emptyReconciliation,
  isDue,
  type ReconciliationState,
  wantAgain,
} from './transition.ts';

const now = new Date('2026-01-01T00:00:00Z');
const circumstances = { now, random: 0, suspended: false };
const inSync: Outcome = { kind: 'inSync' };
const failed: Outcome = { kind: 'failed', reason: 'ConfigurationRefused', message: 'unknown directive' };
const retry: Outcome = { kind: 'retry', after: 5, reason: 'ServiceDown', message: 'nginx does not answer' };

const empty = (): ReconciliationState => {
  const {
    node: _,
    owner: __,
    ...state
  } = emptyReconciliation({ node: 'n' as never, owner: 'app:a', app: null, plugin: null });
  return state;
};
const wanted = (times: number): ReconciliationState =>
  Array.from({ length: times }).reduce<ReconciliationState>((state) => wantAgain(state, now), empty());

let clock = 0;
const report = (revision: number, outcome: Outcome, more: Partial<AppliedFacts> = {}): AppliedFacts => {
  clock += 1;
  const finishedAt = new Date(now.getTime() + clock * 1_000).toISOString();
  return { revision, generation: revision, outcome, observed: {}, finishedAt, ...more };
};
const accept = (state: ReconciliationState, ...reports: AppliedFacts[]) =>
  reports.reduce((before, one) => acceptApplied(before, one, circumstances), state);
const ready = ({ conditions }: ReconciliationState) => findCondition(conditions, 'Ready');

describe('a report', () => {
  test('of the newest revision settles it', () => {
    const state = accept(wanted(1), report(1, inSync));
    expect(state).toMatchObject({ handledRevision: 1, observedGeneration: 1, inSyncOnce: true, retryAt: null });
    expect(ready(state)).toMatchObject({ status: 'True', reason: 'Applied' });
    expect(isDue(state, now)).toBe(false);
  });

  test('that failed settles it too: nothing is tried again until something changes', () => {
    const state = accept(wanted(1), report(1, failed));
    expect(ready(state)).toMatchObject({
      status: 'False',
      reason: 'ConfigurationRefused',
      message: 'unknown directive',
    });
    expect(isDue(state, new Date('2030-01-01'))).toBe(false);
    expect(isDue(wantAgain(state, now), now)).toBe(true);
  });

  test('that wants to be tried again waits longer each time, and never longer than five minutes', () => {
    let state = wanted(1);
    const waits = Array.from({ length: 12 }, () => {
      state = accept(state, report(1, retry));
      return ((state.retryAt as Date).getTime() - now.getTime()) / 1_000;
    });
    expect(waits).toEqual([5, 5, 5, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    expect(ready(state)).toMatchObject({ status: 'Unknown', reason: 'Retrying' });
    expect(isDue(state, now)).toBe(false);
    expect(isDue(state, state.retryAt as Date)).toBe(true);
  });

  test('is believed when it was waited for, even if the clock of the node was put back', () => {
    const state = accept(wanted(1), report(1, retry));
    const early = { ...report(1, inSync), finishedAt: '2020-01-01T00:00:00Z' };
    expect(accept(state, early)).toBe(state);
    const due = { ...circumstances, now: state.retryAt as Date };
    expect(ready(acceptApplied(state, early, due))).toMatchObject({ status: 'True' });
  });

  test('of an older revision leaves the newer one to be done, and says nothing about it', () => {
    const state = accept(wanted(3), report(2, failed));
    expect(state.handledRevision).toBe(2);
    expect(isDue(state, now)).toBe(true);
    expect(ready(state)).toMatchObject({ reason: 'Waiting' });
  });

  test('of a revision that this server does not know yet is overruled: the database came from a backup', () => {
    const state = accept(wanted(1), report(7, inSync));
    expect(state.revision).toBe(8);
    expect(isDue(state, now)).toBe(true);
  });

  test('of an app that is suspended leaves it ready', () => {
    const state = acceptApplied(wanted(1), report(1, inSync), { ...circumstances, suspended: true });
    expect(ready(state)).toMatchObject({ status: 'True', reason: 'Suspended' });
  });

  test('with a new observation asks for another computation, but not for ever', () => {
    let state = wanted(1);
    for (let round = 1; isDue(state, now) && round < 50; round++)
      state = accept(state, report(state.revision, inSync, { observed: { 'command:time': round } }));
    expect(state.revision).toBe(6);
    expect(ready(state)).toMatchObject({ status: 'True' });
    const stable = accept(wantAgain(state, now), report(7, inSync, { observed: { 'command:time': 6 } }));
    expect(stable.settling).toBe(0);
  });
});

describe('reports that are lost, doubled and reordered', () => {
  const outcome = fc.constantFrom(inSync, failed, retry);
  const history = fc.record({
    changes: fc.integer({ min: 1, max: 8 }),
    outcomes: fc.array(outcome, { minLength: 8, maxLength: 8 }),
    delivery: fc.array(fc.nat(7), { maxLength: 40 }),
  });

  test('never take anything back, and never claim more than was done', () => {
    fc.assert(
      fc.property(history, ({ changes, outcomes, delivery }) => {
        const reports = outcomes.map((one, index) => report(index + 1, one));
        let state = wanted(changes);
        for (const index of delivery) {
          const before = state;
          const one = reports[index] as AppliedFacts;
          if (one.revision > changes) continue;
          state = accept(state, one);
          expect(state.handledRevision).toBeGreaterThanOrEqual(before.handledRevision);
          expect(state.handledRevision).toBeLessThanOrEqual(state.revision);
          expect(state.observedGeneration).toBeGreaterThanOrEqual(before.observedGeneration);
          expect(accept(state, one)).toBe(state);
        }
        if (state.handledRevision < state.revision) expect(isDue(state, now)).toBe(true);
      }),
    );
  });

  test('come to the same in every order, as soon as the last one has arrived', () => {
    fc.assert(
      fc.property(history, ({ changes, outcomes, delivery }) => {
        const reports = outcomes.slice(0, changes).map((one, index) => report(index + 1, one));
        const last = reports.at(-1) as AppliedFacts;
        const arrived = delivery.flatMap((index) => reports[index] ?? []);
        const direct = accept(wanted(changes), last);
        const roundabout = accept(wanted(changes), ...arrived, last, ...arrived);
        const settled = ({ observedGeneration: _, inSyncOnce: __, ...rest }: ReconciliationState) => rest;
        expect(settled(roundabout)).toEqual(settled(direct));
      }),
    );
  });
});

describe('a comparison', () => {
  const drift = [{ resource: 'file:/a', summary: 'content differs', action: 'kept' as const }];
  const checked = (revision: number, more = {}) => ({
    revision,
    drift,
    observed: {},
    at: '2027-01-01T00:00:00Z',
    ...more,
  });

  test('that found a manual edit makes it a condition, until it is gone', () => {
    const state = acceptChecked(accept(wanted(1), report(1, inSync)), checked(1), now);
    expect(findCondition(state.conditions, 'Drifted')).toMatchObject({
      status: 'True',
      message: expect.stringContaining('file:/a'),
    });
    const later = acceptChecked(state, checked(1, { drift: [], at: '2027-01-02T00:00:00Z' }), now);
    expect(findCondition(later.conditions, 'Drifted')).toMatchObject({ status: 'False' });
    expect(later.drift).toEqual([]);
  });

  test('of another revision, or older than what was reported, is of no interest', () => {
    const state = accept(wanted(2), report(2, inSync));
    expect(acceptChecked(state, checked(1), now)).toBe(state);
    expect(acceptChecked(state, checked(2, { at: '2020-01-01T00:00:00Z' }), now)).toBe(state);
  });

  test('that put it back says so', () => {
    const repaired = [{ ...drift[0], action: 'repaired' as const }] as never;
    const state = acceptChecked(accept(wanted(1), report(1, inSync)), checked(1, { drift: repaired }), now);
    expect(findCondition(state.conditions, 'Drifted')).toMatchObject({ status: 'False', reason: 'Repaired' });
  });
});

test('the time of a condition moves only when its status does', () => {
  const first = accept(wanted(1), report(1, failed));
  const later = new Date('2026-02-01T00:00:00Z');
  const again = acceptApplied(wantAgain(first, later), report(2, failed), { ...circumstances, now: later });
  expect(ready(first)?.lastTransitionAt).toBe(now.toISOString());
  expect(ready(again)?.lastTransitionAt).toBe(later.toISOString());
  const third = acceptApplied({ ...again, revision: 3 }, report(3, failed), {
    ...circumstances,
    now: new Date('2026-03-01'),
  });
  expect(ready(third)?.lastTransitionAt).toBe(later.toISOString());
});
