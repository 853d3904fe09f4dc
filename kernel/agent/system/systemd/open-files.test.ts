import { expect, it } from 'vitest';
import { loadAllowance, openFilesLimit } from './open-files.ts';

it.each([
  ['as many as a busy web server needs', { hard: 524_288, most: 1_048_576, isPrivileged: false }, 262_144],
  ['its own hard limit where it may not raise one', { hard: 4096, most: 1_048_576, isPrivileged: false }, 4096],
  ['more than its own where it may', { hard: 4096, most: 1_048_576, isPrivileged: true }, 262_144],
  ['never more than Linux gives', { hard: 4096, most: 65_536, isPrivileged: true }, 65_536],
])('systemd gives a service %s', (_, allowance, limit) => {
  expect(openFilesLimit(allowance)).toBe(limit);
});

it('is read from process 1 of this machine', () => {
  const { hard, most, isPrivileged } = loadAllowance();
  expect(hard).toBeGreaterThan(0);
  expect(most).toBeGreaterThan(0);
  expect(isPrivileged).toBeTypeOf('boolean');
});
