import { expect, test } from 'vitest';
import { pathWithoutSecrets } from './access-log.ts';

test.each([
  ['/v1/apps?name=secret', '/v1/apps'],
  ['/v1/apps/app_00000000000000000000#secret', '/v1/apps/app_00000000000000000000'],
  ['/v1/verify-email/fhv_abcdefghijklmnopqrstuvwxyz', '/v1/verify-email/[hidden]'],
  ['/v1/x/eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.abc', '/v1/x/[hidden]'],
  [`/v1/x/${'a'.repeat(41)}/y`, '/v1/x/[hidden]/y'],
  [`/v1/x/fh_short`, '/v1/x/[hidden]'],
])('of %s the log says %s', (url, path) => {
  expect(pathWithoutSecrets(url)).toBe(path);
});

test('a path of any length becomes a short one', () => {
  expect(pathWithoutSecrets(`/${'a/'.repeat(10_000)}`).length).toBeLessThanOrEqual(300);
});
