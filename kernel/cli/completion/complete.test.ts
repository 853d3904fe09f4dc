import { expect, test } from 'vitest';
import { buildProgram } from '../program.ts';
import { suggest } from './complete.ts';

const words = (line: string) => {
  const found = suggest(buildProgram(), line.split(' '));
  return found.kind === 'words' ? found.words.map(({ word }) => word) : found;
};

test.each<[string, unknown]>([
  ['op', expect.arrayContaining(['app', 'operations', 'start', 'doctor'])],
  ['app ', expect.arrayContaining(['list', 'create', 'deploy', 'logs'])],
  ['apps ', expect.arrayContaining(['list'])],
  ['app show ', { kind: 'names', of: 'app' }],
  ['--json app show ', { kind: 'names', of: 'app' }],
  ['--api http://x app show ', { kind: 'names', of: 'app' }],
  ['app deploy demo ', { kind: 'files' }],
  ['app create demo --type ', { kind: 'names', of: 'type' }],
  ['app create demo --type php-site --tenant ', { kind: 'names', of: 'tenant' }],
  ['app list --removed ', []],
  ['app change demo --spec ', { kind: 'files' }],
  ['nodes enable ', { kind: 'names', of: 'node' }],
  ['nodes enable local ', { kind: 'names', of: 'plugin' }],
  ['app remove demo --', expect.arrayContaining(['--yes', '--no-wait', '--json', '--help'])],
  ['tenants token ', ['create', 'list', 'revoke']],
])('freehold %s…', (line, suggested) => {
  expect(words(line)).toEqual(suggested);
});

test('what is hidden is not suggested', () => {
  expect(words('')).not.toContain('complete');
});
