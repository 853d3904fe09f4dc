import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyJson, NotJsonError } from './json-copy.ts';

describe('copyJson', () => {
  it('gives what a round trip through text gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        expect(copyJson(value)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('leaves out members that are undefined', () => {
    expect(copyJson({ a: undefined, b: 1 })).toEqual({ b: 1 });
  });

  it('shares nothing with its source, and freezes when asked', () => {
    const source = { list: [{ a: 1 }] };
    const copy = copyJson(source, { freeze: true }) as typeof source;
    expect(copy).not.toBe(source);
    expect(copy.list[0]).not.toBe(source.list[0]);
    expect(() => copy.list.push({ a: 2 })).toThrow(TypeError);
    expect(() => {
      (copy.list[0] as { a: number }).a = 2;
    }).toThrow(TypeError);
    expect(source).toEqual({ list: [{ a: 1 }] });
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  it.each([
    ['a function', { a: [() => 1] }, '/a/0 is a function, which is no JSON'],
    ['a date', { at: new Date(0) }, '/at is an instance of Date, which is no JSON'],
    ['a map', new Map(), 'The value is an instance of Map, which is no JSON'],
    ['an instance', { x: new (class Site {})() }, '/x is an instance of Site, which is no JSON'],
    ['a promise', Promise.resolve(1), 'The value is an instance of Promise, which is no JSON'],
    ['not a number', { 'a/b~c': Number.NaN }, '/a~1b~0c is NaN, which is no JSON'],
    ['a big integer', 1n, 'The value is a bigint, which is no JSON'],
    ['undefined in an array', [undefined], '/0 is undefined, which is no JSON'],
    ['a hole in an array', new Array(1), '/0 is undefined, which is no JSON'],
    ['a symbol', Symbol('x'), 'The value is a symbol, which is no JSON'],
    ['a prototype', JSON.parse('{"a":{"__proto__":{"admin":true}}}'), '/a/__proto__ is a name that no field may have'],
    ['a cycle', cycle, 'is nested deeper than 64 levels'],
    ['too much', Array.from({ length: 100_001 }, () => 1), 'The value has more than 100000 values'],
  ])('refuses %s', (_, value, message) => {
    expect(() => copyJson(value)).toThrow(NotJsonError);
    expect(() => copyJson(value)).toThrow(message);
  });
});
