import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createPlugin } from './create-plugin.ts';
import { emptyCheckout, repository } from './testing/empty-checkout.ts';

it('a new plugin passes its own tests in the kernel, those that every plugin passes, and those in the documentation', () => {
  const root = emptyCheckout();
  createPlugin(root, 'web-shop');
  writeFileSync(join(root, 'plugins/web-shop/documented.harness.test.ts'), readExamples());
  writeFileSync(
    join(root, 'harness.config.js'),
    'export default { test: { include: ["**/*.harness.test.ts"], testTimeout: 60_000 } };',
  );
  const vitest = join(repository, 'node_modules/.bin/vitest');
  const args = ['run', '--root', root, '--config', 'harness.config.js', '--reporter=json', '--outputFile=results.json'];
  const { stdout, stderr } = spawnSync(vitest, args, { cwd: root, encoding: 'utf8' });
  const results: Results = JSON.parse(readFileSync(join(root, 'results.json'), 'utf8'));
  const failed = results.testResults.flatMap(({ message, assertionResults }) => [
    message,
    ...assertionResults
      .filter(({ status }) => status !== 'passed')
      .map(({ failureMessages }) => failureMessages.join()),
  ]);
  expect(failed.filter(Boolean), `${stdout}${stderr}`).toEqual([]);
  expect(results.numPassedTests).toBe(24);
}, 120_000);

/** The code in docs/testing-a-plugin.md, in one file. */
function readExamples(): string {
  const text = readFileSync(join(repository, 'docs/testing-a-plugin.md'), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code).join('\n');
}

interface Results {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly failureMessages: readonly string[] }[];
  }[];
}

it('a new plugin passes the checks as it is', () => {
  const root = emptyCheckout();
  const files = createPlugin(root, 'web-shop');
  expect(files).toEqual([
    'plugins/web-shop/README.md',
    'plugins/web-shop/index.ts',
    'plugins/web-shop/package.json',
    'plugins/web-shop/web-shop.app-type.test.ts',
    'plugins/web-shop/web-shop.app-type.ts',
    'plugins/web-shop/web-shop.harness.test.ts',
  ]);
  const run = (program: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(join(repository, 'node_modules/.bin', program), args, {
      cwd: root,
      encoding: 'utf8',
    });
    expect(`${status === 0 ? 'passed' : `${stdout}${stderr}`}`).toBe('passed');
  };
  run('tsc', '--project', root);
  run('biome', 'check', '--error-on-warnings', '--vcs-enabled=false', join(root, 'plugins'));
  run('vitest', 'run', '--root', root, '--project', 'unit');
});
