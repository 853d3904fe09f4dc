import { describe, expect, test } from 'vitest';
import { allowedAddresses } from './allowed-addresses.ts';

describe('without networks of their own', () => {
  const isAllowed = allowedAddresses([]);

  test.each([
    '1.1.1.1',
    '93.184.215.14',
    '172.15.255.255',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00:1450:4001:80e::200e',
  ])('%s is on the internet', (address) => expect(isAllowed(address)).toBe(true));

  test.each([
    ...[
      '0.0.0.0',
      '10.0.0.1',
      '100.64.0.1',
      '127.0.0.1',
      '127.255.255.254',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...['192.0.0.1', '192.168.1.1', '198.18.0.1', '203.0.113.7', '224.0.0.1', '239.255.255.250', '255.255.255.255'],
    ...[
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:10.0.0.1',
      '::ffff:1.1.1.1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::1',
      '100::1',
    ],
    ...['2001:db8::1', '2001::1', '2002:7f00:1::', 'fc00::1', 'fd00::1', 'fe80::1', 'ff02::1'],
    ...['', 'localhost', '127.1', '0x7f000001', '2130706433'],
  ])('%s is not', (address) => expect(isAllowed(address)).toBe(false));
});

test('a network that was allowed by name is, and nothing beside it', () => {
  const isAllowed = allowedAddresses(['10.1.0.0/16', '192.168.7.7', 'fd00:1::/32']);
  for (const address of ['10.1.0.1', '10.1.255.255', '192.168.7.7', 'fd00:1::5', '1.1.1.1'])
    expect(isAllowed(address)).toBe(true);
  for (const address of ['10.2.0.1', '192.168.7.8', 'fd00:2::1', '127.0.0.1']) expect(isAllowed(address)).toBe(false);
});
