import { expect, test } from 'vitest';
import { findPhps } from './php-versions.ts';

const seen = (lines: unknown) =>
  findPhps({ 'command:php-versions': lines })?.map(({ version, program }) => `${version} ${program}`);

test.each([
  ['nothing reported yet', undefined, undefined],
  ['something else reported', { a: 1 }, undefined],
  ['no PHP', [], []],
  [
    'newest first, by number',
    ['/usr/sbin/php-fpm8.2', '/usr/sbin/php-fpm8.10', '/usr/sbin/php-fpm7.4'],
    ['8.10 /usr/sbin/php-fpm8.10', '8.2 /usr/sbin/php-fpm8.2', '7.4 /usr/sbin/php-fpm7.4'],
  ],
  ['the earlier folder wins', ['/a/php-fpm8.2', '/b/php-fpm8.2'], ['8.2 /a/php-fpm8.2']],
  [
    'other names are left out',
    ['/usr/sbin/php-fpm', '/usr/sbin/php-fpm8', '/usr/sbin/php-fpm8.2.bak', '/usr/sbin/xphp-fpm8.2', 7],
    [],
  ],
])('%s', (_what, lines, expected) => {
  expect(seen(lines)).toEqual(expected);
});
