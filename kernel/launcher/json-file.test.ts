import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readJsonFile, writeJsonFile } from './json-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('what is written is read, by its owner only, and nothing lies beside it', async () => {
  const path = join(folder, 'a.json');
  const before = process.umask(0);
  await writeJsonFile(path, { a: 1 });
  process.umask(before);
  expect([await readJsonFile(path), (await stat(path)).mode & 0o777, await readdir(folder)]).toEqual([
    { a: 1 },
    0o600,
    ['a.json'],
  ]);
});

test('a file that is missing or half written has no value', async () => {
  const path = join(folder, 'a.json');
  expect(await readJsonFile(path)).toBeUndefined();
  await writeFile(path, '{"a":');
  expect(await readJsonFile(path)).toBeUndefined();
});

test('a value that cannot be written leaves the old one and no traces', async () => {
  const path = join(folder, 'a.json');
  await writeJsonFile(path, { a: 1 });
  await chmod(path, 0o644);
  await expect(writeJsonFile(path, { a: 1n })).rejects.toThrow(TypeError);
  expect([await readJsonFile(path), await readdir(folder)]).toEqual([{ a: 1 }, ['a.json']]);
});
