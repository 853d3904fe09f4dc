import { defineFeature, defineLimit, Type } from '@freehold/sdk';
import { expect, test } from 'vitest';
import type { PluginProblem } from '../plugin-host.ts';
import { checkFeature, checkLimit } from './check-entitlements.ts';

const whole = Type.Integer({ minimum: 0, maximum: 100 });
const limit = defineLimit({ id: 'x.rooms', title: 'Rooms', description: 'All of them.', unit: 'rooms', schema: whole });
const feature = defineFeature({ id: 'x.view', title: 'View', description: 'Of the sea.', schema: Type.Boolean() });

function problemsOf(check: typeof checkLimit | typeof checkFeature, value: unknown): string[] {
  const problems: PluginProblem[] = [];
  const found = check(value, { plugin: 'x', problems });
  expect(found).toHaveLength(problems.length === 0 ? 1 : 0);
  return problems.map(({ code, message }) => `${code}: ${message}`);
}

test('a limit and a feature that are right are taken', () => {
  expect(problemsOf(checkLimit, limit)).toEqual([]);
  expect(problemsOf(checkFeature, feature)).toEqual([]);
});

test.each([
  [checkLimit, undefined, 'limit undefined'],
  [checkLimit, { ...limit, id: 'rooms' }, 'must be called x. and something'],
  [checkLimit, { ...limit, id: 'y.rooms' }, 'must be called x. and something'],
  [checkLimit, { ...limit, otherwise: 101 }, 'otherwise of limit x.rooms does not fit its schema'],
  [checkLimit, { ...limit, kind: 'sum' }, 'limit x.rooms/kind'],
  [checkLimit, { ...limit, schema: undefined }, 'There is no schema for limit x.rooms'],
  [checkLimit, { ...limit, more: 1 }, 'limit x.rooms/more'],
  [checkLimit, feature, 'limit x.view'],
  [checkFeature, { ...feature, otherwise: ['a'] }, 'otherwise of feature x.view does not fit its schema'],
  [checkFeature, { ...feature, title: '' }, 'feature x.view/title'],
])('what is wrong with one is said: %#', (check, value, words) => {
  expect(problemsOf(check, value).join('\n')).toContain(words);
});
