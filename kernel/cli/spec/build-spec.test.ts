import { expect, test } from 'vitest';
import type { JsonSchema, Spec } from '../api-types.ts';
import { buildSpec } from './build-spec.ts';

const schema: JsonSchema = {
  type: 'object',
  properties: {
    hostnames: { type: 'array', items: { type: 'string' } },
    phpVersion: { type: 'string' },
    phpSettings: { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
    compression: { type: 'boolean' },
    limits: { type: 'object', properties: { rate: { type: 'integer' }, burst: { type: 'number' } } },
    'odd.name': { enum: ['a', 'b'] },
    redirects: {
      type: 'array',
      items: { type: 'object', properties: { to: { type: 'string' }, status: { enum: [301, 302] } } },
    },
  },
};
const current: Spec = { hostnames: ['a.test'], redirects: [{ to: '/x', status: 301 }] };
const build = (...set: string[]) => buildSpec({ set }, { schema, current });

test.each<[string[], Spec]>([
  [['phpVersion=8.2'], { phpVersion: '8.2' }],
  [['compression=true'], { compression: true }],
  [['limits.rate=5', 'limits.burst=1.5'], { limits: { rate: 5, burst: 1.5 } }],
  [['hostnames[]=b.test', 'hostnames[]=c.test'], { hostnames: ['a.test', 'b.test', 'c.test'] }],
  [['hostnames:=["z.test"]', 'hostnames[]=y.test'], { hostnames: ['z.test', 'y.test'] }],
  [['phpSettings.opcache.enable=1'], { phpSettings: { 'opcache.enable': '1' } }],
  [['phpSettings["opcache.enable"]:=1'], { phpSettings: { 'opcache.enable': 1 } }],
  [['odd.name=b'], { 'odd.name': 'b' }],
  [
    ['redirects[]:={"to":"/y","status":302}'],
    {
      redirects: [
        { to: '/x', status: 301 },
        { to: '/y', status: 302 },
      ],
    },
  ],
  [['phpVersion=a=b=c'], { phpVersion: 'a=b=c' }],
  [['phpVersion='], { phpVersion: '' }],
  [['limits.rate=many'], { limits: { rate: 'many' } }],
  [['unknown=5', 'other=x'], { unknown: 5, other: 'x' }],
])('--set %j gives %j', async (set, spec) => {
  expect(await build(...set)).toEqual(spec);
});

test('a field of a dangerous name is a field like any other', async () => {
  expect(JSON.stringify(await build('__proto__.polluted=1'))).toBe('{"__proto__":{"polluted":1}}');
  expect(({} as Spec).polluted).toBeUndefined();
});

test('--unset takes a field out', async () => {
  const spec = await buildSpec({ set: ['phpVersion=8.2'], unset: ['limits.rate'] }, { schema, current });
  expect(spec).toEqual({ phpVersion: '8.2', limits: { rate: null } });
});

test.each([
  ['phpVersion', '--set "phpVersion" is not understood.'],
  ['=5', '--set "=5" is not understood.'],
  ['a..b=5', '--set "a..b=5" is not understood.'],
  ['a.=5', '--set "a.=5" is not understood.'],
  ['hostnames=a.test', 'hostnames takes a list, not "a.test".'],
  ['limits=5', 'limits takes a group of fields, not "5".'],
  ['limits:=oops', 'What follows limits:= is not JSON: oops'],
])('--set %s: %s', async (set, detail) => {
  await expect(build(set)).rejects.toMatchObject({ problem: { detail } });
});

test('a list is added to only where there is one', async () => {
  const options = { set: ['phpVersion[]=5'] };
  await expect(buildSpec(options, { schema, current: { phpVersion: '8.2' } })).rejects.toThrow(
    'phpVersion is not a list',
  );
});
