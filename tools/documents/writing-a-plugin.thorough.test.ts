import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** The files of docs/writing-a-plugin.md, put together as the page tells. */

const repository = join(import.meta.dirname, '../..');
const page = readFileSync(join(repository, 'docs/writing-a-plugin.md'), 'utf8');
const files = [...page.matchAll(/^\*\*`([^`]+)`\*\*\n\n```\w+\n([\s\S]*?\n)```$/gm)];

test('the plugin of the page compiles, is well formed, and passes its own tests', () => {
  expect(files.length).toBeGreaterThan(10);
  const root = makeCheckout();
  const tell = (program: string, ...args: string[]) => {
    const options = { cwd: root, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', program), args, options);
    return status === 0 ? 'passed' : `${stdout}${stderr}`;
  };
  expect(tell('tsc', '--project', root)).toBe('passed');
  expect(tell('biome', 'check', '--error-on-warnings', '--vcs-enabled=false', join(root, 'plugins'))).toBe('passed');
  expect(tell('vitest', 'run', '--root', root, '--project', 'harness', '--testTimeout', '60000', 'plugins/hello')).toBe(
    'passed',
  );
}, 120_000);

/** A checkout with this plugin and nothing else of its own. */
function makeCheckout(): string {
  const root = mkdtempSync(join(tmpdir(), 'freehold-page-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const name of ['biome.json', 'vitest.config.ts', 'package.json'])
    cpSync(join(repository, name), join(root, name));
  const { compilerOptions } = JSON.parse(readFileSync(join(repository, 'tsconfig.json'), 'utf8'));
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['plugins'] }));
  for (const name of ['node_modules', 'kernel', 'sdk']) symlinkSync(join(repository, name), join(root, name));
  for (const [, path = '', content = ''] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
