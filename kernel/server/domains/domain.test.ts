import { Hostname, Type } from '@freehold/sdk';
import { describe, expect, test } from 'vitest';
import { findClaimedNames } from './claimed-names.ts';
import { getNameFacts, getParents, reverseName } from './registrable.ts';

describe('what a name is', () => {
  test.each([
    ['example.com', false, true],
    ['www.example.co.uk', false, true],
    ['com', true, false],
    ['co.uk', true, true],
    ['github.io', true, true],
    ['me.github.io', false, true],
    ['localhost', false, false],
    ['site.localhost', false, true],
    ['127.0.0.1', false, false],
    ['xn--mnchen-3ya.de', false, true],
  ])('%s: public suffix %s, claims below %s', (name, publicSuffix, claimsBelow) => {
    expect(getNameFacts(name)).toEqual({ publicSuffix, claimsBelow });
  });

  test('the names above it, without the last label alone', () => {
    expect(getParents('a.b.example.com')).toEqual(['b.example.com', 'example.com']);
    expect(getParents('localhost')).toEqual([]);
  });

  test('names below it start with it, once reversed, and no other names do', () => {
    expect(reverseName('www.example.com').startsWith(reverseName('example.com'))).toBe(true);
    expect(reverseName('notexample.com').startsWith(reverseName('example.com'))).toBe(false);
    expect(reverseName('example.com.au').startsWith(reverseName('example.com'))).toBe(false);
  });
});

describe('names in a spec', () => {
  const schema = Type.Object({
    main: Hostname(),
    aliases: Type.Array(Hostname()),
    routes: Type.Record(Type.String(), Type.Object({ host: Type.Union([Hostname(), Type.Null()]) })),
    note: Type.String(),
  });

  test('are found wherever the schema says so, each once', () => {
    const spec = {
      main: 'a.test',
      aliases: ['b.test', 'a.test'],
      routes: { x: { host: 'c.test' }, y: { host: null } },
      note: 'd.test',
    };
    expect(findClaimedNames(schema, spec)).toEqual([
      { name: 'a.test', pointer: '/main' },
      { name: 'b.test', pointer: '/aliases/0' },
      { name: 'c.test', pointer: '/routes/x/host' },
    ]);
  });
});
