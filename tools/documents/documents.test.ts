import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findProblems } from './find-problems.ts';
import { findVariables } from './find-variables.ts';

const root = join(import.meta.dirname, '../..');
const documents = listFiles(root, (name) => name.endsWith('.md'));

test.each(documents)('what %s names does exist', (file) => {
  expect(findProblems(root, file)).toEqual([]);
});

test('every environment variable that the installation reads is explained to who operates it', () => {
  const sources = ['kernel/launcher', 'kernel/server', 'kernel/agent', 'kernel/cli'].flatMap((folder) =>
    listFiles(join(root, folder), isSource).map((file) => join(root, folder, file)),
  );
  const variables = [...new Set([...sources, join(root, 'scripts/with-node.sh')].flatMap(findVariables))].sort();
  expect(variables).toEqual(
    expect.arrayContaining(['DATABASE_URL', 'FREEHOLD_HOME', 'FREEHOLD_LOG_LEVEL', 'NO_COLOR']),
  );
  const operating = readFileSync(join(root, 'docs/operating.md'), 'utf8');
  expect(variables.filter((name) => !new RegExp(`\\b${name}\\b`).test(operating))).toEqual([]);
});

let folder = '';
afterEach(() => {
  if (folder) rmSync(folder, { recursive: true });
  folder = '';
});

test('broken links, missing headings and missing files are found, and examples are left alone', () => {
  folder = mkdtempSync(join(tmpdir(), 'freehold-'));
  mkdirSync(join(folder, 'docs'));
  writeFileSync(join(folder, 'docs/a.md'), '# One thing, and another\n[here](#one-thing-and-another)\n');
  const text = [
    '[a](docs/a.md) [b](docs/b.md) [c](docs/a.md#two) [d](docs/a.md#one-thing-and-another) [e](../x) [f](https://x.test/)',
    '`kernel/server/none.ts` `docs/a.md` `kernel/server/<noun>` `ui-shell/dist/x.js` `[g](none.md)`',
    '```sh',
    'cat docs/none.md [h](none.md)',
    '```',
  ];
  writeFileSync(join(folder, 'README.md'), text.join('\n'));
  expect(findProblems(folder, 'README.md')).toEqual([
    'docs/b.md does not exist',
    'docs/a.md#two: there is no such heading',
    '../x leads out of the repository',
    'kernel/server/none.ts does not exist',
  ]);
  expect(findProblems(folder, 'docs/a.md')).toEqual([]);
});

function isSource(name: string): boolean {
  return name.endsWith('.ts') && !name.endsWith('.test.ts');
}

/** Relative to the folder; not what is installed, built, or material of a test. */
function listFiles(from: string, wanted: (name: string) => boolean, at = from): string[] {
  return readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
    const path = join(at, entry.name);
    if (entry.isFile()) return wanted(entry.name) ? [relative(from, path)] : [];
    const isLeftOut = /^(?:node_modules|dist|\.git|\.freehold|fixtures|template|testing)$/.test(entry.name);
    return entry.isDirectory() && !isLeftOut ? listFiles(from, wanted, path) : [];
  });
}
