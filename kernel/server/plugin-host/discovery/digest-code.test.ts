import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { digestPlugin } from './digest-code.ts';

async function makePlugin(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-digest-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await put(folder, 'package.json', '{}');
  await put(folder, 'index.ts', 'one');
  await put(folder, 'templates/site.conf', 'two');
  return folder;
}

async function put(folder: string, path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

type Change = (folder: string) => Promise<unknown> | unknown;

test.each<[string, Change]>([
  ['a file with other content', (folder) => put(folder, 'index.ts', 'One')],
  ['a template with other content', (folder) => put(folder, 'templates/site.conf', 'three')],
  ['a new file', (folder) => put(folder, 'templates/page.html', '')],
  ['a new file that cannot be told from a folder by its bytes', (folder) => put(folder, 'end', '')],
  ['a file that is gone', (folder) => rm(join(folder, 'index.ts'))],
  ['a file with another name', (folder) => rename(join(folder, 'index.ts'), join(folder, 'main.ts'))],
  ['a file in another folder', (folder) => rename(join(folder, 'templates/site.conf'), join(folder, 'site.conf'))],
  ['content that went from one file to the next', (folder) => put(folder, 'index.ts', 'onetwo')],
  ['a link to a file', (folder) => symlink('index.ts', join(folder, 'linked.ts'))],
])('another digest: %s', async (_, change) => {
  const folder = await makePlugin();
  const before = digestPlugin(folder);
  await change(folder);
  expect(digestPlugin(folder)).not.toBe(before);
});

test.each<[string, Change]>([
  ['another time of change', (folder) => utimes(join(folder, 'index.ts'), 1, 1)],
  ['a test', (folder) => put(folder, 'site.harness.test.ts', 'x')],
  ['a folder of tests', (folder) => put(folder, 'test/fixture.json', 'x')],
  ['what it depends on', (folder) => put(folder, 'node_modules/x/index.js', 'x')],
  ['a hidden file', (folder) => put(folder, '.git/HEAD', 'x')],
])('the same digest: %s', async (_, change) => {
  const folder = await makePlugin();
  const before = digestPlugin(folder);
  await change(folder);
  expect(digestPlugin(folder)).toBe(before);
});

test('nothing that is no file holds it up', async () => {
  const folder = await makePlugin();
  await symlink('.', join(folder, 'itself'));
  await symlink('/nowhere/at/all', join(folder, 'dangling'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(digestPlugin(folder)).toMatch(/^[\w-]{43}$/);
});
