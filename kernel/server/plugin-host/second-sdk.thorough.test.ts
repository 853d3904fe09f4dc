import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ours from '@freehold/sdk';
import { expect, it, onTestFinished } from 'vitest';
import { appInput, loadFixtures } from './fixtures/load-fixtures.ts';

const root = join(import.meta.dirname, '../../..');

/** A plugin that brings its own copy of the SDK, as one that was installed from elsewhere does. */
function installWithOwnSdk(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'freehold-own-sdk-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'node_modules/@freehold'), { recursive: true });
  for (const name of ['typebox', 'handlebars'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  execFileSync(process.execPath, [join(root, 'tools/build-sdk.ts'), join(folder, 'node_modules/@freehold/sdk')]);
  for (const name of ['good', 'good-driver'])
    cpSync(join(import.meta.dirname, 'fixtures', name), join(folder, 'plugins', name), { recursive: true });
  return join(folder, 'plugins');
}

it('plugins with a copy of the SDK of their own work: tokens are plain data', async () => {
  const folder = installWithOwnSdk();
  const theirs = await import(join(folder, '../node_modules/@freehold/sdk/index.js'));
  expect(theirs.appSpec).not.toBe(ours.appSpec);

  const { host } = await loadFixtures([], { folders: [folder] });
  expect(host.list().map(({ id, state, problems }) => [id, state, problems])).toEqual([
    ['good', 'running', []],
    ['good-driver', 'running', []],
  ]);
  const shop = host.findAppType('shop');
  await expect(shop?.resources(appInput({ hostname: 'a.example', pages: 2 }))).resolves.toHaveLength(3);
  const value = { tenant: 't', type: 'shop', spec: {} };
  await expect(host.hooks.filter(ours.appSpec, value, () => [])).resolves.toEqual({ ...value, spec: { pages: 9 } });
  const request = {
    actor: { kind: 'system' as const, id: 'kernel' },
    app: { tenant: 't', type: 'shop', name: 'forbidden', spec: {} },
  };
  await expect(host.hooks.gate(ours.appBeforeCreate, request)).resolves.toEqual({
    allow: false,
    reason: 'Not that name.',
    plugin: 'good',
  });
}, 30_000);
