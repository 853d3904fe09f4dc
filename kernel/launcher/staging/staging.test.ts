import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mirror } from './mirror.ts';
import { listProgramFiles } from './program-files.ts';

let [checkout, target] = ['', ''];
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-'));
  [checkout, target] = [join(folder, 'a checkout'), join(folder, 'program')];
  await put({
    'package.json': '{"type":"module"}',
    'kernel/package.json': '{}',
    'kernel/server/main.ts': 'main',
    'kernel/server/main.test.ts': 'test',
    'kernel/cli/main.ts': 'cli',
    'sdk/index.ts': 'sdk',
    'sdk/testing/index.ts': 'harness',
    'plugins/one/index.ts': 'plugin',
    'plugins/one/node_modules/dep/index.js': 'nested',
    'node_modules/dep/index.js': 'dep',
    'node_modules/dep/index.d.ts': 'types',
    'node_modules/dep/testing/used.js': 'code of a package',
    'node_modules/tool/index.js': 'dev',
    'node_modules/.bin/tool': 'bin',
    'package-lock.json': JSON.stringify({
      packages: {
        '': {},
        sdk: { version: '1.0.0' },
        'node_modules/@freehold/sdk': { resolved: 'sdk', link: true },
        'node_modules/@freehold/gone': { resolved: 'ui-shell', link: true },
        'node_modules/dep': { version: '1.0.0' },
        'plugins/one/node_modules/dep': { version: '2.0.0' },
        'node_modules/tool': { version: '1.0.0', dev: true },
        'node_modules/other-platform': { version: '1.0.0', optional: true, os: ['win32'] },
      },
    }),
  });
});
afterEach(() => rm(dirname(checkout), { recursive: true }));

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(checkout, path)), { recursive: true });
    await writeFile(join(checkout, path), content);
  }
}

const stage = () => mirror(listProgramFiles(checkout), target);
const list = async () => (await readdir(target, { recursive: true })).sort();
const modeOf = async (path: string) => ((await lstat(join(target, path))).mode & 0o7777).toString(8);

test('what runs is staged, with production dependencies and the links of workspaces', async () => {
  await stage();
  expect(await list()).toMatchInlineSnapshot(`
    [
      "kernel",
      "kernel/package.json",
      "kernel/server",
      "kernel/server/main.ts",
      "node_modules",
      "node_modules/@freehold",
      "node_modules/@freehold/sdk",
      "node_modules/@freehold/sdk/index.ts",
      "node_modules/dep",
      "node_modules/dep/index.js",
      "node_modules/dep/testing",
      "node_modules/dep/testing/used.js",
      "package.json",
      "plugins",
      "plugins/one",
      "plugins/one/index.ts",
      "plugins/one/node_modules",
      "plugins/one/node_modules/dep",
      "plugins/one/node_modules/dep/index.js",
      "sdk",
      "sdk/index.ts",
    ]
  `);
  expect(await readlink(join(target, 'node_modules/@freehold/sdk'))).toBe('../../sdk');
  expect(await readFile(join(target, 'node_modules/@freehold/sdk/index.ts'), 'utf8')).toBe('sdk');
});

test('a second time nothing is copied', async () => {
  await stage();
  expect(await stage()).toMatchObject({ copied: 0, removed: 0 });
});

test('what changed is copied, what went is removed, what was damaged is mended', async () => {
  await stage();
  await put({ 'kernel/server/main.ts': 'better', 'kernel/server/new/file.ts': 'new' });
  await rm(join(checkout, 'plugins/one'), { recursive: true });
  await writeFile(join(target, 'sdk/index.ts'), 'half a fi');
  await writeFile(join(target, 'stray'), '');
  const { copied } = await stage();
  // Two files and the folder of the new one, and the file that was damaged.
  expect(copied).toBe(4);
  expect(await readFile(join(target, 'kernel/server/main.ts'), 'utf8')).toBe('better');
  expect(await readFile(join(target, 'sdk/index.ts'), 'utf8')).toBe('sdk');
  const now = await list();
  expect([now.includes('plugins'), now.includes('stray'), now.includes('kernel/server/new/file.ts')]).toEqual([
    false,
    false,
    true,
  ]);
});

test('a change of the same size is seen by its time', async () => {
  await stage();
  await put({ 'sdk/index.ts': 'SDK' });
  await utimes(join(checkout, 'sdk/index.ts'), 1_700_000_000, 1_700_000_000);
  await stage();
  expect(await readFile(join(target, 'sdk/index.ts'), 'utf8')).toBe('SDK');
});

test('everybody can read the copy and only its owner can write, whatever the umask and the modes of the checkout', async () => {
  await chmod(join(checkout, 'sdk/index.ts'), 0o666);
  await chmod(join(checkout, 'kernel/server/main.ts'), 0o700);
  await chmod(join(checkout, 'sdk'), 0o700);
  const before = process.umask(0o077);
  await stage();
  process.umask(before);
  expect([
    await modeOf('sdk'),
    await modeOf('sdk/index.ts'),
    await modeOf('kernel/server/main.ts'),
    await modeOf(''),
  ]).toEqual(['755', '644', '755', '755']);
});

test('a file may become a folder or a link, and the other way round', async () => {
  await stage();
  await rm(join(checkout, 'sdk/index.ts'));
  await put({ 'sdk/index.ts/inner.ts': 'inner' });
  await rm(join(checkout, 'plugins/one'), { recursive: true });
  await put({ 'plugins/one': 'a file' });
  await symlink('main.ts', join(checkout, 'kernel/server/link.ts'));
  await stage();
  expect(await readFile(join(target, 'sdk/index.ts/inner.ts'), 'utf8')).toBe('inner');
  expect(await readFile(join(target, 'plugins/one'), 'utf8')).toBe('a file');
  expect(await readlink(join(target, 'kernel/server/link.ts'))).toBe('main.ts');
});

test('a plugin that is a link to where it is worked on is copied', async () => {
  await put({ '../elsewhere/index.ts': 'mine' });
  await symlink(join(checkout, '../elsewhere'), join(checkout, 'plugins/mine'));
  await stage();
  expect((await lstat(join(target, 'plugins/mine'))).isDirectory()).toBe(true);
  expect(await readFile(join(target, 'plugins/mine/index.ts'), 'utf8')).toBe('mine');
});
