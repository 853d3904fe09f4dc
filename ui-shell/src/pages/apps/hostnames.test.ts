import { expect, test } from 'vitest';
import { listHostnames, matchesSearch } from './hostnames.ts';

test('host names come from the links, each once, and before there are links from the spec', () => {
  const links = ['http://a.example:8080/', 'https://b.example/', 'http://a.example:8080/x'].map((url) => ({
    title: '',
    url,
  }));
  expect(listHostnames({ links, spec: { hostnames: ['c.example'] } })).toEqual([
    { name: 'a.example:8080', url: 'http://a.example:8080/' },
    { name: 'b.example', url: 'https://b.example/' },
  ]);
  expect(listHostnames({ links: [], spec: { hostnames: ['c.example', 7] } })).toEqual([{ name: 'c.example' }]);
  expect(listHostnames({ links: [{ title: 'x', url: 'no url' }], spec: {} })).toEqual([]);
});

test.each([
  ['', true],
  ['shop', true],
  ['SHOP ada', true],
  ['ada example.com', true],
  ['shop bob', false],
])('searching for %j finds: %j', (search, found) => {
  expect(matchesSearch(['shop', 'www.example.com', 'Ada Ltd'], search)).toBe(found);
});
