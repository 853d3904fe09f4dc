import { describe, expect, test } from 'vitest';
import { completeDraft, countGiven, findMergePatch } from './draft.ts';
import { listFields } from './field.ts';

const fields = listFields({
  type: 'object',
  required: ['names', 'mode'],
  properties: {
    names: { type: 'array', items: { type: 'string' } },
    mode: { enum: ['a', 'b'] },
    folder: { type: 'string', default: '' },
    size: { type: 'integer' },
    on: { type: 'boolean' },
    limits: { type: 'object', properties: { rate: { type: 'integer' }, body: { type: 'string' } } },
    rows: {
      type: 'array',
      items: { type: 'object', properties: { to: { type: 'string' }, from: { type: 'string' } } },
    },
    env: { type: 'object', patternProperties: { '^.*$': { type: 'string' } } },
  },
} as never);

describe('what is sent of a form', () => {
  test.each([
    [{}, { mode: 'a' }],
    [
      { names: [], mode: 'b' },
      { names: [], mode: 'b' },
    ],
    [{ names: ['x', ''] }, { names: ['x'], mode: 'a' }],
    [
      { folder: '', size: undefined, on: false },
      { mode: 'a', on: false },
    ],
    [{ limits: {} }, { mode: 'a' }],
    [{ limits: { body: '', rate: 0 } }, { mode: 'a', limits: { rate: 0 } }],
    [{ rows: [] }, { mode: 'a' }],
    [{ rows: [{ to: '/x', from: '' }] }, { mode: 'a', rows: [{ to: '/x' }] }],
    [{ env: {} }, { mode: 'a' }],
    [
      { env: { A: '1' }, unknown: 1 },
      { mode: 'a', env: { A: '1' }, unknown: 1 },
    ],
  ])('%j is %j', (draft, sent) => {
    expect(completeDraft(fields, draft)).toEqual(sent);
  });

  test('groups tell how much is in them', () => {
    const byName = Object.fromEntries(fields.map((field) => [field.name, field]));
    const count = (name: string, value: unknown) => countGiven(byName[name] as (typeof fields)[0], value);
    expect([
      count('limits', undefined),
      count('limits', { rate: 1, body: '' }),
      count('rows', [{}]),
      count('env', { A: '' }),
    ]).toEqual([0, 1, 1, 1]);
  });
});

describe('a merge patch', () => {
  test.each([
    [{ a: 1 }, { a: 1 }, undefined],
    [{ a: 1 }, { a: 2 }, { a: 2 }],
    [{ a: 1, b: 2 }, { b: 2 }, { a: null }],
    [{}, { a: { b: 1 } }, { a: { b: 1 } }],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }, { a: { c: null } }],
    [{ a: [1, 2] }, { a: [1, 2] }, undefined],
    [{ a: [1, 2] }, { a: [2, 1] }, { a: [2, 1] }],
    [{ a: [{ b: 1 }] }, { a: [{ b: 1 }] }, undefined],
    [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, { a: [{ b: 2 }] }],
    [{ a: { b: 1 } }, { a: 'x' }, { a: 'x' }],
  ])('from %j to %j is %j', (before, after, patch) => {
    expect(findMergePatch(before, after)).toEqual(patch);
  });
});
