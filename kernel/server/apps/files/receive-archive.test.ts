import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FixtureEntry, packFixture } from './fixture-archive.ts';
import { receiveArchive } from './receive-archive.ts';
import { UploadStore } from './upload-store.ts';

let folder: string;
let uploads: UploadStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uploads-'));
  uploads = new UploadStore(folder);
  await uploads.open();
});
afterEach(() => rm(folder, { recursive: true }));

const limits = { appType: 'php-site', maxBytes: 100_000, maxEntries: 50 };
const receive = (body: Readable | Buffer, more = {}) =>
  receiveArchive(body instanceof Readable ? body : Readable.from([body]), {
    uploads,
    limits,
    patience: 5_000,
    ...more,
  });

describe('what is accepted', () => {
  const site: FixtureEntry[] = [
    { name: './', type: 'directory' },
    { name: './index.php', content: '<?php phpinfo();' },
    { name: 'assets/logo.svg', content: '<svg/>' },
    { name: 'assets/copy.svg', type: 'link', linkname: 'assets/logo.svg' },
    { name: 'current', type: 'symlink', linkname: 'assets/../index.php' },
    { name: 'ünïcödé 😀.txt' },
    { name: `${'long/'.repeat(30)}name` },
  ];

  test.each([
    ['tar', false],
    ['tar.gz', true],
  ])('a %s with files, folders and links that stay inside', async (format, gzip) => {
    const bytes = await packFixture(site, { gzip });
    const received = await receive(bytes);
    expect(received).toMatchObject({
      format,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      unpackedBytes: 22,
    });
    await uploads.keep(received.part, received.sha256);
    expect(await readdir(folder)).toEqual([received.sha256]);
  });

  test('one that comes byte by byte', async () => {
    const bytes = await packFixture(['a'], { gzip: true });
    const received = await receive(Readable.from([...bytes].map((byte) => Buffer.from([byte]))));
    expect(received.entries).toBe(1);
  });
});

describe('what is refused, with nothing left behind', () => {
  const cases: [string, FixtureEntry[], RegExp][] = [
    ['a path that climbs out', ['../../etc/passwd'], /archive-refused.*parts/],
    ['a path that climbs out in the middle', ['a/../../b'], /archive-refused/],
    ['an absolute path', ['/etc/passwd'], /archive-refused.*starts with/],
    ['a line break in a name', ['a\nb'], /archive-refused.*characters/],
    ['a link to an absolute path', [{ name: 'l', type: 'symlink', linkname: '/etc' }], /archive-refused.*leads out/],
    ['a link that climbs out', [{ name: 'a/l', type: 'symlink', linkname: '../../x' }], /archive-refused.*leads out/],
    [
      'a link that climbs out through another one',
      [
        { name: 'a/b/up', type: 'symlink', linkname: '../..' },
        { name: 'out', type: 'symlink', linkname: 'a/b/up/..' },
      ],
      /archive-refused.*out.*leads out/,
    ],
    [
      'links that lead to each other',
      [
        { name: 'a', type: 'symlink', linkname: 'b' },
        { name: 'b', type: 'symlink', linkname: 'a' },
      ],
      /archive-refused.*leads out/,
    ],
    ['a file below a link', [{ name: 'l', type: 'symlink', linkname: 'd' }, 'l/file'], /archive-refused.*no folder/],
    ['a link in the place of a folder', ['d/file', { name: 'd', type: 'symlink', linkname: 'e' }], /archive-refused/],
    ['a file below a file', ['f', 'f/g'], /archive-refused.*no folder/],
    ['a file that is there twice', ['f', './f'], /archive-refused.*twice/],
    [
      'a hard link out of the archive',
      [{ name: 'l', type: 'link', linkname: '/etc/shadow' }],
      /archive-refused.*hard link/,
    ],
    [
      'a hard link to a link',
      [
        { name: 's', type: 'symlink', linkname: 'x' },
        { name: 'l', type: 'link', linkname: 's' },
      ],
      /hard link/,
    ],
    ['a block device', [{ name: 'd', type: 'block-device' }], /archive-refused.*block-device/],
    ['a character device', [{ name: 'd', type: 'character-device' }], /archive-refused.*character-device/],
    ['a pipe', [{ name: 'd', type: 'fifo' }], /archive-refused.*fifo/],
    ['the setuid bit', [{ name: 'f', mode: 0o4755 }], /archive-refused.*setuid/],
    ['too many bytes', [{ name: 'f', content: 'x'.repeat(100_001) }], /archive-too-large.*100000 bytes/],
    [
      'too many bytes in many files',
      ['a', 'b', 'c'].map((name) => ({ name, content: 'x'.repeat(40_000) })),
      /archive-too-large/,
    ],
    ['too many entries', Array.from({ length: 51 }, (_, index) => `f${index}`), /archive-too-large.*50 entries/],
    ['too many folders in one path', [`${'d/'.repeat(60)}f`], /archive-too-large.*50 entries/],
    ['a name that is too long', ['x'.repeat(300)], /archive-refused.*longer than 255/],
    ['no entries', [], /archive-broken.*no entries/],
  ];
  test.each(cases)('%s', async (_, entries, expected) => {
    for (const gzip of [false, true]) {
      const error = await receive(await packFixture(entries, { gzip })).catch((caught) => caught);
      expect(`${error.code}: ${error.message}`).toMatch(expected);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test.each([
    ['nothing at all', Buffer.alloc(0)],
    ['text', Buffer.from('hello world, this is no archive'.repeat(40))],
    ['a gzip that is cut off', gzipSync(Buffer.alloc(100_000, 'x')).subarray(0, 50)],
    ['a gzip of text', gzipSync('hello'.repeat(500))],
    ['a broken gzip', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(500, 7)])],
  ])('%s', async (_, bytes) => {
    await expect(receive(bytes)).rejects.toMatchObject({ code: 'archive-broken' });
    expect(await readdir(folder)).toEqual([]);
  });

  test('an archive that is cut off, wherever', async () => {
    const bytes = await packFixture([{ name: 'a', content: 'x'.repeat(2_000) }, 'b']);
    for (const length of [1, 100, 511, 513, 1_024, 2_000])
      await expect(receive(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'archive-broken' });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a small archive that unpacks to gigabytes, without unpacking them', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000));
    const before = process.cpuUsage().user;
    await expect(receive(bomb)).rejects.toMatchObject({ code: 'archive-too-large' });
    expect(process.cpuUsage(process.cpuUsage()).user - before).toBeLessThan(500_000);
    expect(await readdir(folder)).toEqual([]);
  });

  test('one that stops coming', async () => {
    const body = new PassThrough();
    body.write((await packFixture(['a'])).subarray(0, 600));
    await expect(receive(body, { patience: 50 })).rejects.toMatchObject({ code: 'upload-too-slow' });
    expect(body.destroyed).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  });

  test('one whose sender goes away', async () => {
    const body = new PassThrough();
    body.write((await packFixture(['a'])).subarray(0, 600));
    const received = receive(body);
    body.destroy(new Error('aborted'));
    await expect(received).rejects.toMatchObject({ code: 'archive-broken' });
    expect(await readdir(folder)).toEqual([]);
  });
});

test('what a server that was killed left is removed when the next one starts', async () => {
  await (await uploads.newPart()).handle.close();
  await new UploadStore(folder).open();
  expect(await readdir(folder)).toEqual([]);
});
