import { expect, test } from 'vitest';
import { isAmong, isNetwork } from './address-list.ts';

test.each([
  ['192.0.2.1', true],
  ['192.0.2.0/24', true],
  ['2001:db8::/32', true],
  ['::1', true],
  ['192.0.2.0/33', false],
  ['2001:db8::/129', false],
  ['192.0.2', false],
  ['192.0.2.0/24/1', false],
  ['192.0.2.0/-1', false],
  ['example.org', false],
  ['', false],
])('%s is a network: %s', (text, is) => {
  expect(isNetwork(text)).toBe(is);
});

test.each([
  [['192.0.2.0/24'], '192.0.2.77', true],
  [['192.0.2.0/24'], '::ffff:192.0.2.77', true],
  [['192.0.2.0/24'], '192.0.3.1', false],
  [['192.0.2.1', '2001:db8::/32'], '2001:db8:1::1', true],
  [['2001:db8::/32'], '192.0.2.1', false],
  [[], '192.0.2.1', false],
  [['0.0.0.0/0'], 'not an address', false],
])('among %j is %s: %s', (networks, address, is) => {
  expect(isAmong(networks, address)).toBe(is);
});
