import { archive, command, dataset, directory, file, fragment, key, link, log, type Resource } from '@freehold/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineBench } from '../testing/bench.ts';
import { type PackedEntry, packedEntries, sha256Of } from '../testing/packed.ts';
import { SOMEBODY, type TestMachine } from '../testing/test-machine.ts';
import { treeOf } from '../testing/tree.ts';

const APP = 'app:one';

/** What a site's own programs may try, who can write to a part of its folder, and what an archive may try. */
export function describeAttacks(make: () => TestMachine): void {
  let machine: TestMachine;
  let bench: EngineBench;
  let site: string;
  const uploads: Record<string, Buffer> = {};

  beforeEach(async () => {
    machine = make();
    bench = new EngineBench({ home: machine.home, system: (store) => machine.connect(store) }, { uploads });
    site = bench.site('one');
    machine.hands.makeFolder(site, 0, 0o711);
    machine.hands.makeFolder(`${site}/data`, SOMEBODY, 0o755);
    machine.hands.makeFile(`${machine.home}/secrets/key`, 'secret', 0);
    machine.hands.makeFolder(`${machine.home}/secrets/empty`, 0, 0o700);
  });
  afterEach(() => machine.dispose());

  async function tree(): Promise<Record<string, string>> {
    return treeOf(machine.home, machine.connect(bench.store).files);
  }

  describe('a link in the place of a folder that the site can write to', () => {
    it.each<[string, (path: string) => Resource]>([
      ['file', (path) => file({ path: `${path}/key`, content: 'mine' })],
      ['secret file', (path) => file({ path: `${path}/new`, content: 'mine', secret: true })],
      ['fragment', (path) => fragment({ path: `${path}/new`, key: 'a', content: 'mine' })],
      ['directory', (path) => directory({ path: `${path}/empty`, mode: '0777' })],
      ['link', (path) => link({ path: `${path}/new`, target: '/' })],
      ['key', (path) => key({ path: `${path}/new`, algorithm: 'ed25519' })],
      ['log', (path) => log({ id: 'a', title: 'A', path: `${path}/key`, owner: 'nobody' })],
      ['dataset', (path) => dataset({ id: 'a', title: 'A', files: { path: `${path}/empty`, owner: 'nobody' } })],
      ['archive', (path) => archive({ path: `${path}/new`, source: 'upload', sha256: '0'.repeat(64), format: 'tar' })],
      ['command', (path) => command({ id: 'a', argv: ['true'], creates: `${path}/key` })],
    ])('leads no %s out of the site', async (_, resource) => {
      machine.hands.makeLink(`${site}/data/way`, `${machine.home}/secrets`, SOMEBODY);
      const before = await tree();
      const report = await bench.apply(APP, [resource(`${site}/data/way`)]);
      expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'UnsafePath' });
      expect(await tree()).toEqual(before);
    });

    it.each<[string, (path: string) => Resource]>([
      ['file', (path) => file({ path: `${path}/key`, content: 'mine' })],
      ['log', (path) => log({ id: 'a', title: 'A', path: `${path}/key` })],
      ['directory', (path) => directory({ path: `${path}/empty` })],
    ])('leads no removal of a %s out of the site, when it came there after the apply', async (_, resource) => {
      const inside = directory({ path: `${site}/data/way`, owner: 'nobody' });
      expect((await bench.apply(APP, [inside, resource(`${site}/data/way`)])).outcome).toEqual({ kind: 'inSync' });
      const system = machine.connect(bench.store);
      await system.files.removeTree(`${site}/data/way`);
      machine.hands.makeLink(`${site}/data/way`, `${machine.home}/secrets`, SOMEBODY);
      await bench.sweep();
      expect((await bench.remove(APP)).outcome).toEqual({ kind: 'inSync' });
      expect(bench.store.inventory.ofOwner(APP)).toEqual([]);
      expect(machine.hands.readFile(`${machine.home}/secrets/key`)).toBe('secret');
      expect(await system.files.list(`${machine.home}/secrets`)).toEqual(['empty', 'key']);
    });
  });

  describe('a log in a folder that the site can write to', () => {
    const declared = () => log({ id: 'php', title: 'PHP', path: `${site}/data/php.log`, owner: 'nobody' });
    const read = (request: string) =>
      bench.engine.accept({
        kind: 'log',
        request,
        owner: APP,
        log: 'php',
        lines: 10,
        follow: false,
        until: new Date(machine.connect(bench.store).clock.now() + 60_000).toISOString(),
      });

    it.each<[string, () => void]>([
      ['a link', () => machine.hands.makeLink(`${site}/data/php.log`, `${machine.home}/secrets/key`, SOMEBODY)],
      ['another name', () => machine.hands.makeHardLink(`${machine.home}/secrets/key`, `${site}/data/php.log`)],
      ['another file', () => machine.hands.makeFile(`${site}/data/php.log`, 'secret', 0)],
    ])('that was replaced by %s of a secret file is neither shown nor given away', async (_, attack) => {
      expect((await bench.apply(APP, [declared()])).outcome).toEqual({ kind: 'inSync' });
      await machine.connect(bench.store).files.removeFile(`${site}/data/php.log`);
      attack();
      read('one');
      await expect
        .poll(() => bench.reports.at(-1))
        .toMatchObject({ kind: 'log', end: true, lines: [], problem: expect.any(String) });
      await bench.sweep();
      const { files } = machine.connect(bench.store);
      expect((await files.find(`${machine.home}/secrets/key`))?.uid).toBe(0);
      expect((await files.find(`${site}/data/php.log`))?.uid).not.toBe(65_534);
      expect(JSON.stringify(bench.reports)).not.toContain('secret"');
    });
  });

  describe('an archive', () => {
    it.each<[string, PackedEntry]>([
      ['a name that goes up', { name: '../evil', content: 'x' }],
      ['a name that goes up in its middle', { name: 'a/../../evil', content: 'x' }],
      ['an absolute name', { name: '/tmp/evil', content: 'x' }],
      ['a name with a control character', { name: 'a\nb', content: 'x' }],
      ['a link that leaves it', { name: 'l', type: 'symlink', linkname: '../../../etc' }],
      ['an absolute link', { name: 'l', type: 'symlink', linkname: '/etc/passwd' }],
      ['a link that goes up after going down', { name: 'l', type: 'symlink', linkname: 'inside/../../..' }],
      ['a second name of a file outside', { name: 'h', type: 'link', linkname: '/etc/passwd' }],
      ['a second name of a file it does not have', { name: 'h', type: 'link', linkname: 'missing' }],
      ['a second name of a link', { name: 'h', type: 'link', linkname: 'way' }],
      ['a file behind a link', { name: 'way/evil', content: 'x' }],
      ['a folder in the place of a link', { name: 'way', type: 'directory' }],
      ['a file that it has already', { name: 'ok', content: 'x' }],
      ['a character device', { name: 'd', type: 'character-device' }],
      ['a block device', { name: 'd', type: 'block-device' }],
      ['a named pipe', { name: 'p', type: 'fifo' }],
    ])('with %s is refused, and leaves nothing', async (_, entry) => {
      const bytes = await packedEntries([
        { name: 'ok', content: 'ok' },
        { name: 'inside', type: 'directory' },
        { name: 'way', type: 'symlink', linkname: 'inside' },
        entry,
      ]);
      uploads[sha256Of(bytes)] = bytes;
      const before = await tree();
      const report = await bench.apply(APP, [unpacked(bytes)]);
      expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'ArchiveRefused' });
      expect(await tree()).toEqual(before);
    });

    it('keeps links that stay in it, folders it does not list, second names, and what may be executed', async () => {
      const bytes = await packedEntries([
        { name: './deep/down/file', content: 'x', mode: 0o4777 },
        { name: 'plain', content: 'y', mode: 0o666 },
        { name: 'again', type: 'link', linkname: 'plain' },
        { name: 'deep/up', type: 'symlink', linkname: '../plain' },
      ]);
      uploads[sha256Of(bytes)] = bytes;
      expect((await bench.apply(APP, [unpacked(bytes)])).outcome).toEqual({ kind: 'inSync' });
      const facts = Object.entries(await treeOf(`${site}/new`, machine.connect(bench.store).files)).map(
        ([path, all]) => [path, all.split(' ').slice(0, 3).join(' ')],
      );
      expect(Object.fromEntries(facts)).toEqual({
        '': 'directory 750 65534:65534',
        again: 'file 640 65534:65534',
        deep: 'directory 750 65534:65534',
        'deep/down': 'directory 750 65534:65534',
        'deep/down/file': 'file 750 65534:65534',
        'deep/up': 'link ../plain',
        plain: 'file 640 65534:65534',
      });
    });

    it.each<[string, (bytes: Buffer) => Buffer, string]>([
      ['other bytes', (bytes) => Buffer.concat([bytes, Buffer.alloc(512)]), 'ArchiveDamaged'],
      ['an end too early', (bytes) => bytes.subarray(0, 700), 'TransferFailed'],
      ['no archive', () => Buffer.from('hello'.repeat(200)), 'ArchiveDamaged'],
    ])('with %s is not unpacked', async (_, damage, reason) => {
      const bytes = await packedEntries([{ name: 'a', content: 'x'.repeat(1000) }]);
      uploads[sha256Of(bytes)] = damage(bytes);
      const before = await tree();
      const report = await bench.apply(APP, [unpacked(bytes)]);
      expect(report.outcome).toMatchObject({ reason });
      expect(await tree()).toEqual(before);
    });

    it('that the server does not have may come later', async () => {
      const report = await bench.apply(APP, [unpacked(Buffer.from('unknown'))]);
      expect(report.outcome).toMatchObject({ kind: 'retry' });
    });
  });

  function unpacked(bytes: Buffer): Resource {
    const sha256 = sha256Of(bytes);
    return archive({ path: `${site}/new`, source: 'upload', sha256, format: 'tar', owner: 'nobody', mode: '0750' });
  }
}
