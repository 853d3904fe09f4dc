import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const project = mkdtempSync(join(tmpdir(), 'freehold-author-'));
const modules = join(project, 'node_modules');

/** What an author outside this repository has after npm install. */
beforeAll(() => {
  mkdirSync(join(modules, '@freehold'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@freehold' && !name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const name of ['sdk', 'kernel'])
    execFileSync(process.execPath, [join(root, `tools/build-${name}.ts`), join(modules, '@freehold', name)]);
  const compilerOptions = { module: 'nodenext', target: 'es2024', lib: ['es2024', 'esnext.disposable'], strict: true };
  const more = { noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true, types: ['node'] };
  write('tsconfig.json', JSON.stringify({ compilerOptions: { ...compilerOptions, ...more } }));
  write('package.json', JSON.stringify(manifest));
  write('index.ts', plugin);
  write('greeting.test.ts', test);
}, 60_000);
afterAll(() => rmSync(project, { recursive: true, maxRetries: 5 }));

const write = (name: string, content: string) => writeFileSync(join(project, name), content);

const manifest = {
  name: 'freehold-plugin-greeting',
  version: '1.0.0',
  type: 'module',
  exports: './index.ts',
  freehold: {
    ...{ manifest: 1, id: 'greeting', displayName: 'Greeting', engine: '^1.0.0' },
    contributes: { appTypes: ['greeting'] },
    capabilities: { paths: ['{sites}/*', '{sites}/*/**'] },
  },
};

const plugin = `
import { defineAppType, definePlugin, directory, Fields, file, Line, user } from '@freehold/sdk';

export const greeting = defineAppType({
  id: 'greeting', title: 'Greeting', description: 'A greeting.', category: 'other', specVersion: 1,
  spec: Fields({ text: Line({ default: 'Hello' }) }),
  resources: ({ app, spec }) => [
    user({ name: app.user, home: app.home }),
    directory({ path: app.home, owner: app.user }),
    file({ path: app.home + '/greeting.txt', content: spec.text, owner: app.user }),
  ],
});
export default definePlugin({ appTypes: [greeting] });
`;

const test = `
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestKernel, testPluginConformance } from '@freehold/sdk/testing';
import { greeting } from './index.ts';

const plugins = [import.meta.url];
testPluginConformance(test, { plugins });

test('greets', async () => {
  await using kernel = await createTestKernel({ plugins });
  const app = await kernel.apps.create(greeting, { text: 'Good morning' });
  assert.equal(kernel.node.file(app.home + '/greeting.txt'), 'Good morning');
  await app.change({ text: 'Good evening' });
  // @ts-expect-error A greeting is a text.
  await assert.rejects(app.change({ text: 5 }));
});
`;

describe('the harness as an author outside this repository has it', () => {
  it('has types', () => {
    const tsc = join(root, 'node_modules/.bin/tsc');
    expect(spawnSync(tsc, ['--project', project], { encoding: 'utf8' }).stdout).toBe('');
  }, 60_000);

  it('works with the test runner of Node, whose process ends by itself', () => {
    const environment = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|FREEHOLD_)/.test(name));
    const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap'], {
      ...{ cwd: project, encoding: 'utf8' },
      env: Object.fromEntries(environment),
    });
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('# pass 9');
  }, 120_000);
});
