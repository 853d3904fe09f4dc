import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listFiles } from './list-files.ts';
import { packFiles } from './pack-files.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-deploy-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

interface Unpacked {
  readonly name: string;
  readonly mode: string;
  readonly content: string;
}

async function unpack(archive: NodeJS.ReadableStream): Promise<Unpacked[]> {
  const found: Unpacked[] = [];
  const tar = extract();
  const read = (async () => {
    for await (const entry of tar) {
      let content = entry.header.linkname ?? '';
      for await (const chunk of entry) content += chunk;
      found.push({ name: entry.header.name, mode: (entry.header.mode ?? 0).toString(8), content });
    }
  })();
  await Promise.all([pipeline(archive, createGunzip(), tar), read]);
  return found;
}

test('files, folders, modes and links inside the folder are packed, in a fixed order', async () => {
  await put({ 'index.php': '<?php', 'bin/tool': '#!/bin/sh', 'empty.txt': '', 'ü/ä b.txt': 'x' });
  await chmod(join(folder, 'bin/tool'), 0o755);
  await chmod(join(folder, 'index.php'), 0o640);
  await symlink('../index.php', join(folder, 'bin/link'));
  expect(await unpack(packFiles(await listFiles(folder)))).toEqual([
    { name: 'bin/', mode: '755', content: '' },
    { name: 'bin/link', mode: '777', content: '../index.php' },
    { name: 'bin/tool', mode: '755', content: '#!/bin/sh' },
    { name: 'empty.txt', mode: '644', content: '' },
    { name: 'index.php', mode: '640', content: '<?php' },
    { name: 'ü/', mode: '755', content: '' },
    { name: 'ü/ä b.txt', mode: '644', content: 'x' },
  ]);
});

test('version control and what .freeholdignore names stay here', async () => {
  await put({
    '.freeholdignore': 'node_modules/\n*.log\n!keep.log\n/only-here\n',
    '.git/config': '',
    'sub/.git': 'gitdir: elsewhere',
    'node_modules/a/index.js': '',
    'debug.log': '',
    'keep.log': '',
    'only-here': '',
    'sub/only-here': '',
    '.htaccess': '',
  });
  const { entries } = await listFiles(folder);
  expect(entries.map(({ path }) => path)).toEqual(['.htaccess', 'keep.log', 'sub', 'sub/only-here']);
});

test('what leads out of the folder or is no file is refused, all of it at once', async () => {
  await put({ 'index.php': '', 'sub/a': '' });
  await symlink('/etc/passwd', join(folder, 'absolute'));
  await symlink('../../outside', join(folder, 'sub/up'));
  await symlink('..', join(folder, 'sub/parent'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
  const error = await listFiles(folder).catch((error) => error.problem);
  server.close();
  expect(error).toMatchObject({
    code: 'folder-refused',
    detail: `${folder} holds 3 things that cannot be deployed. Nothing was sent.`,
    errors: [
      { pointer: '/absolute', value: '/etc/passwd', message: 'The link leads out of the folder.' },
      { pointer: '/socket', message: 'It is a socket, and only files, folders and links can be deployed.' },
      { pointer: '/sub~1up', value: '../../outside' },
    ],
  });
});

test.each([
  ['nowhere', 'There is no folder nowhere.'],
  ['/etc/hostname', '/etc/hostname is a file, not a folder.'],
])('%s: %s', async (name, detail) => {
  await expect(listFiles(name)).rejects.toMatchObject({ problem: { detail } });
});

test('the folder may itself be a link', async () => {
  await put({ 'site/index.php': '' });
  await symlink('site', join(folder, 'current'));
  expect((await listFiles(join(folder, 'current'))).entries.map(({ path }) => path)).toEqual(['index.php']);
});

test('a folder larger than memory ought to hold is streamed', async () => {
  const size = 300 * 1024 * 1024;
  await put({ 'big.bin': '' });
  await truncate(join(folder, 'big.bin'), size);
  const before = process.memoryUsage().rss;
  let [read, highest] = [0, 0];
  const archive = packFiles(await listFiles(folder), (progress) => {
    read = progress.read;
    highest = Math.max(highest, process.memoryUsage().rss);
  });
  let bytes = 0;
  for await (const chunk of archive) bytes += chunk.length;
  expect(read).toBe(size);
  expect(bytes).toBeLessThan(size / 100);
  expect(highest - before).toBeLessThan(150 * 1024 * 1024);
});

test('a file that shrinks while it is sent ends the upload with its name', async () => {
  await put({ 'a.txt': 'x'.repeat(1000) });
  const listing = await listFiles(folder);
  await truncate(join(folder, 'a.txt'), 10);
  await expect(unpack(packFiles(listing))).rejects.toMatchObject({
    problem: { detail: 'a.txt could not be sent: it became shorter.' },
  });
});

test('a file that grows while it is sent is sent as it was', async () => {
  await put({ 'a.log': 'one\n' });
  const listing = await listFiles(folder);
  await writeFile(join(folder, 'a.log'), 'one\ntwo\n');
  expect(await unpack(packFiles(listing))).toEqual([{ name: 'a.log', mode: '644', content: 'one\n' }]);
});

test('a file that is gone ends the upload with its name', async () => {
  await put({ 'a.txt': 'x', 'b.txt': 'y' });
  const listing = await listFiles(folder);
  await rm(join(folder, 'b.txt'));
  await expect(unpack(packFiles(listing))).rejects.toMatchObject({
    problem: { detail: 'b.txt could not be sent: it is gone.' },
  });
});
