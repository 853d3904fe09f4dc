import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findPlugins } from './find-plugins.ts';

const manifest = { manifest: 1, id: 'site', displayName: 'Site', engine: '^1.0.0' };

/** A folder with these files; objects are written as JSON, `->` makes a link. */
async function folderWith(files: Record<string, object | string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-find-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    if (typeof content === 'string' && content.startsWith('->')) await symlink(content.slice(2), join(folder, path));
    else await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const codes = (found: Awaited<ReturnType<typeof findPlugins>>) =>
  found.flatMap(({ problems }) => problems.map(({ code }) => code));

describe('finding plugins', () => {
  it('looks into every folder with a package, links followed, earlier folders first', async () => {
    const elsewhere = await folderWith({
      'package.json': { version: '1.0.0', freehold: { ...manifest, id: 'linked' } },
      'index.js': '',
    });
    const first = await folderWith({
      'b/package.json': { version: '1.0.0', freehold: manifest },
      'b/index.ts': '',
      'a-link': `->${elsewhere}`,
      dangling: '->/nowhere/at/all',
      'node_modules/x/package.json': {},
      '.hidden/package.json': {},
      'empty/readme.md': '',
      'file.txt': '',
    });
    const second = await folderWith({ 'a/package.json': { version: '1.0.0', freehold: manifest }, 'a/index.js': '' });
    const found = await findPlugins([first, '/nowhere', second]);
    expect(found.map(({ folder }) => folder)).toEqual([join(first, 'a-link'), join(first, 'b'), join(second, 'a')]);
    expect(found.map(({ id }) => id)).toEqual(['linked', 'site', 'site']);
    expect(codes(found)).toEqual([]);
    expect(found.map(({ entry }) => entry)).toEqual([
      join(elsewhere, 'index.js'),
      join(first, 'b/index.ts'),
      join(second, 'a/index.js'),
    ]);
  });

  it.each<[string, object, string]>([
    ['a text', { exports: './dist/x.js' }, 'dist/x.js'],
    ['conditions', { exports: { '.': { types: './x.d.ts', import: './dist/x.js' } } }, 'dist/x.js'],
    ['nested conditions', { exports: { node: { import: './dist/x.js' }, default: './browser.js' } }, 'dist/x.js'],
    ['main', { main: 'dist/x.js' }, 'dist/x.js'],
  ])('takes the module from %s', async (_, fields, entry) => {
    const folder = await folderWith({
      'p/package.json': { version: '1.0.0', freehold: manifest, ...fields },
      'p/dist/x.js': '',
    });
    const [plugin] = await findPlugins([folder]);
    expect(plugin?.entry).toBe(join(folder, 'p', entry));
  });

  it.each<[string, object | string]>([
    ['another folder', { exports: '../../../etc/hostname' }],
    ['another folder through a link', { exports: './link.js' }],
    ['what does not exist', { exports: './gone.js' }],
    ['nothing', { exports: {} }],
  ])('refuses a module that is %s', async (_, fields) => {
    const folder = await folderWith({
      'p/package.json': { version: '1.0.0', freehold: manifest, ...(fields as object) },
      'p/link.js': '->/etc/hostname',
    });
    expect(codes(await findPlugins([folder]))).toEqual(['entry-missing']);
  });

  it.each<[string, object | string, string[]]>([
    ['an array', [], ['manifest-unreadable']],
    ['null', 'null', ['manifest-unreadable']],
    ['text', 'hello', ['manifest-unreadable']],
    ['an empty object', {}, ['manifest-missing', 'version-invalid', 'entry-missing']],
    ['a manifest that is a text', { version: '1.0.0', main: 'x.js', freehold: 'yes' }, ['manifest-invalid']],
    [
      'a manifest of an older format',
      { version: '1.0.0', main: 'x.js', freehold: { manifest: 0 } },
      ['manifest-format-unknown'],
    ],
    [
      'a manifest without a format',
      { version: '1.0.0', main: 'x.js', freehold: { ...manifest, manifest: '1' } },
      ['manifest-invalid'],
    ],
    [
      'an id that climbs',
      { version: '1.0.0', main: 'x.js', freehold: { ...manifest, id: '../x' } },
      ['manifest-invalid'],
    ],
    ['a version with a v', { version: 'v1.0.0', main: 'x.js', freehold: manifest }, ['version-invalid']],
    [
      'names of another form among what it needs',
      {
        version: '1.0.0',
        main: 'x.js',
        freehold: { ...manifest, requires: { resources: { 'Http Route': 1 }, plugins: { '../x': '^1.0.0' } } },
      },
      ['manifest-invalid', 'manifest-invalid'],
    ],
  ])('names what is wrong with %s', async (_, contents, expected) => {
    const folder = await folderWith({ 'p/package.json': contents, 'p/x.js': '' });
    const found = await findPlugins([folder]);
    expect(codes(found)).toEqual(expected);
    expect(found[0]?.id).toMatch(/^(p|site)$/);
    expect(found[0]?.manifest === undefined || expected.length === 0).toBe(true);
  });
});
