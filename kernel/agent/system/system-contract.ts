import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStateStore } from '../store/state-store.ts';
import { SOMEBODY, type TestMachine } from '../testing/test-machine.ts';
import type { Entry, Files, System } from './system.ts';

/** The cases that the real and the simulated machine share, so that neither drifts away from the words of `system.ts`. */
export function describeSystem(make: () => TestMachine): void {
  let machine: TestMachine;
  let system: System;
  let files: Files;
  let site: string;
  const root = { mode: 0o644, uid: 0, gid: 0 };

  beforeEach(() => {
    machine = make();
    system = machine.connect(openStateStore(':memory:'));
    files = system.files;
    site = `${machine.home}/node/sites/app_one`;
    machine.hands.makeFolder(site, 0, 0o711);
    machine.hands.makeFolder(`${site}/data`, SOMEBODY, 0o755);
    machine.hands.makeFolder(`${machine.home}/node/sites/app_two`, 0, 0o711);
  });
  afterEach(() => machine.dispose());

  describe('files', () => {
    it('finds nothing where nothing is, also below a folder that is missing and below a file', async () => {
      machine.hands.makeFile(`${site}/file`, 'x', 0);
      expect(await files.find(`${site}/missing`)).toBeUndefined();
      expect(await files.find(`${site}/missing/below`)).toBeUndefined();
      expect(await files.find(`${site}/file/below`)).toBeUndefined();
    });

    it('writes a file with its owner and mode, and finds it so', async () => {
      await files.write(`${site}/a.conf`, Buffer.from('content'), { mode: 0o4640, uid: SOMEBODY, gid: 7 });
      expect(facts(await files.find(`${site}/a.conf`))).toEqual({
        kind: 'file',
        mode: 0o4640,
        uid: SOMEBODY,
        gid: 7,
        size: 7,
        links: 1,
      });
      expect(String(await files.read(`${site}/a.conf`, 100))).toBe('content');
      expect(await files.list(site)).toEqual(['a.conf', 'data']);
    });

    it('replaces a file at once: whoever has it open keeps the old one', async () => {
      await files.write(`${site}/a`, Buffer.from('old'), root);
      const open = await files.open(`${site}/a`);
      await files.write(`${site}/a`, Buffer.from('new'), root);
      expect(String(await open.read(0, 10))).toBe('old');
      expect(machine.hands.readFile(`${site}/a`)).toBe('new');
      await open.close();
    });

    it('writes in the place of a link, not through it', async () => {
      machine.hands.makeFile(`${site}/secret`, 'secret', 0);
      machine.hands.makeLink(`${site}/data/a`, `${site}/secret`, SOMEBODY);
      await files.write(`${site}/data/a`, Buffer.from('new'), root);
      expect(machine.hands.readFile(`${site}/secret`)).toBe('secret');
      expect((await files.find(`${site}/data/a`))?.kind).toBe('file');
    });

    it('does not write over a folder', async () => {
      await expect(files.write(`${site}/data`, Buffer.from(''), root)).rejects.toThrow();
      expect((await files.find(`${site}/data`))?.kind).toBe('directory');
    });

    it('makes a file from a stream, but not where one is', async () => {
      await files.create(`${site}/new`, Readable.from([Buffer.from('ab'), Buffer.from('cd')]), root);
      expect(machine.hands.readFile(`${site}/new`)).toBe('abcd');
      await expect(files.create(`${site}/new`, Buffer.from(''), root)).rejects.toMatchObject({ code: 'EEXIST' });
    });

    it('reads no more than it is allowed to', async () => {
      machine.hands.makeFile(`${site}/large`, 'x'.repeat(100), 0);
      await expect(files.read(`${site}/large`, 99)).rejects.toMatchObject({ code: 'EFBIG' });
      expect(await files.read(`${site}/large`, 100)).toHaveLength(100);
    });

    it('hashes what is in a file', async () => {
      machine.hands.makeFile(`${site}/file`, 'content', 0);
      expect(await files.hash(`${site}/file`)).toBe(createHash('sha256').update('content').digest('hex'));
    });

    it.each(['read', 'hash', 'open'] as const)('%s takes no link, folder or pipe for a file', async (operation) => {
      machine.hands.makeFile(`${site}/secret`, 'secret', 0);
      machine.hands.makeLink(`${site}/data/link`, `${site}/secret`, SOMEBODY);
      machine.hands.makePipe(`${site}/data/pipe`);
      const paths = [`${site}/data/link`, `${site}/data/pipe`, `${site}/data`];
      for (const path of paths)
        await expect(files[operation](path, 100), path).rejects.toMatchObject({ code: 'EINVAL' });
    });

    it('gives a file another stamp with every change of its content or attributes, and no other', async () => {
      await files.write(`${site}/a`, Buffer.from('one'), root);
      const first = await files.find(`${site}/a`);
      expect((await files.find(`${site}/a`))?.stamp).toBe(first?.stamp);
      await files.setAttributes(`${site}/a`, { ...root, mode: 0o600 });
      const second = await files.find(`${site}/a`);
      machine.hands.makeFile(`${site}/a`, 'two', 0);
      const third = await files.find(`${site}/a`);
      expect(new Set([first, second, third].map((entry) => entry?.stamp)).size).toBe(3);
    });

    it('makes a folder in one that exists, and nowhere else', async () => {
      await files.makeDirectory(`${site}/new`, { mode: 0o750, uid: SOMEBODY, gid: 7 });
      expect(await files.find(`${site}/new`)).toMatchObject({ kind: 'directory', mode: 0o750, uid: SOMEBODY, gid: 7 });
      await expect(files.makeDirectory(`${site}/new`, root)).rejects.toMatchObject({ code: 'EEXIST' });
      await expect(files.makeDirectory(`${site}/a/b`, root)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('switches a link at once, and leaves what it led to alone', async () => {
      await files.makeLink(`${site}/current`, 'data');
      await files.makeLink(`${site}/current`, '/nowhere');
      expect(await files.readLink(`${site}/current`)).toBe('/nowhere');
      expect((await files.find(`${site}/data`))?.kind).toBe('directory');
    });

    it('does not change the attributes of what a link leads to, or of a file with a second name', async () => {
      machine.hands.makeFile(`${site}/secret`, 'secret', 0);
      machine.hands.makeLink(`${site}/data/link`, `${site}/secret`, SOMEBODY);
      machine.hands.makeHardLink(`${site}/secret`, `${site}/data/second`);
      const given = { mode: 0o666, uid: SOMEBODY, gid: SOMEBODY };
      await expect(files.setAttributes(`${site}/data/link`, given)).rejects.toMatchObject({ code: 'EMLINK' });
      await expect(files.setAttributes(`${site}/data/second`, given)).rejects.toMatchObject({ code: 'EMLINK' });
      expect(await files.find(`${site}/secret`)).toMatchObject({ uid: 0, mode: 0o644 });
    });

    it('gives a folder and all below it the new ids, links themselves included, and leaves the rest as it is', async () => {
      const { hands } = machine;
      hands.makeFile(`${site}/outside`, 'x', SOMEBODY);
      hands.makeFile(`${site}/data/deep/theirs`, 'x', SOMEBODY);
      hands.makeFile(`${site}/data/others`, 'x', 7);
      hands.makeLink(`${site}/data/deep/link`, '../../outside', SOMEBODY);
      hands.makePipe(`${site}/data/pipe`);
      await files.write(`${site}/data/mixed`, Buffer.from('x'), { mode: 0o4750, uid: 0, gid: SOMEBODY });
      expect(await files.changeIds(`${site}/data`, new Map([[SOMEBODY, SOMEBODY + 1]]))).toBe(0);
      const changed = { uid: SOMEBODY + 1, gid: SOMEBODY + 1 };
      for (const name of ['data', 'data/deep/theirs', 'data/deep/link'])
        expect(await files.find(`${site}/${name}`), name).toMatchObject(changed);
      expect(await files.find(`${site}/data/others`)).toMatchObject({ uid: 7, gid: 7 });
      expect(await files.find(`${site}/data/pipe`)).toMatchObject({ uid: 0, gid: 0 });
      expect(await files.find(`${site}/data/mixed`)).toMatchObject({ mode: 0o4750, uid: 0, gid: SOMEBODY + 1 });
      expect(await files.find(`${site}/outside`)).toMatchObject({ uid: SOMEBODY, gid: SOMEBODY });
    });

    it('exchanges two ids at once', async () => {
      machine.hands.makeFile(`${site}/data/file`, 'x', 7);
      const ids = new Map([
        [SOMEBODY, 7],
        [7, SOMEBODY],
      ]);
      await files.changeIds(`${site}/data`, ids);
      expect(await files.find(`${site}/data`)).toMatchObject({ uid: 7 });
      expect(await files.find(`${site}/data/file`)).toMatchObject({ uid: SOMEBODY });
    });

    it('gives a file with several names the new ids only when all of them stand there, and counts the others', async () => {
      const { hands } = machine;
      for (const name of ['inside', 'outside']) hands.makeFile(`${site}/data/${name}`, 'x', SOMEBODY);
      hands.makeFolder(`${site}/data/deep`, 0, 0o755);
      hands.makeHardLink(`${site}/data/inside`, `${site}/data/deep/inside`);
      hands.makeHardLink(`${site}/data/outside`, `${site}/outside`);
      expect(await files.changeIds(`${site}/data`, new Map([[SOMEBODY, 7]]))).toBe(1);
      expect(await files.find(`${site}/data/deep/inside`)).toMatchObject({ uid: 7, gid: 7, links: 2 });
      expect(await files.find(`${site}/outside`)).toMatchObject({ uid: SOMEBODY, gid: SOMEBODY });
      expect(await files.changeIds(`${site}/data/deep/inside`, new Map([[7, 8]]))).toBe(1);
    });

    it('moves a folder with all that is in it, but not onto something', async () => {
      machine.hands.makeFile(`${site}/data/deep/file`, 'x', SOMEBODY);
      await files.move(`${site}/data`, `${site}/moved`);
      expect(machine.hands.readFile(`${site}/moved/deep/file`)).toBe('x');
      expect(await files.find(`${site}/data`)).toBeUndefined();
      machine.hands.makeFolder(`${site}/taken`, 0, 0o755);
      await expect(files.move(`${site}/moved`, `${site}/taken`)).rejects.toMatchObject({ code: 'EEXIST' });
    });

    it('removes a file or link, a folder only when it is empty, and nothing without complaint', async () => {
      machine.hands.makeFile(`${site}/data/file`, 'x', 0);
      await expect(files.removeDirectory(`${site}/data`)).rejects.toMatchObject({ code: 'ENOTEMPTY' });
      await files.removeFile(`${site}/data/file`);
      await files.removeFile(`${site}/data/file`);
      await files.removeDirectory(`${site}/data`);
      await files.removeDirectory(`${site}/data`);
      expect(await files.list(site)).toEqual([]);
    });

    it('removes a tree without following the links in it', async () => {
      machine.hands.makeFile(`${site}/keep/file`, 'x', 0);
      machine.hands.makeLink(`${site}/data/deep/link`, `${site}/keep`, SOMEBODY);
      await files.removeTree(`${site}/data`);
      await files.removeTree(`${site}/data`);
      expect(machine.hands.readFile(`${site}/keep/file`)).toBe('x');
      expect(await files.list(site)).toEqual(['keep']);
    });

    it('measures a tree: each file once, whatever names it has, and nothing that a link leads to', async () => {
      const { hands } = machine;
      expect(await files.measure(`${site}/missing`)).toEqual({ bytes: 0, inodes: 0 });
      const empty = await files.measure(`${site}/data`);
      expect(empty.inodes).toBe(1);
      hands.makeFile(`${site}/data/deep/file`, 'x'.repeat(100_000), SOMEBODY);
      hands.makeFile(`${site}/elsewhere`, 'x'.repeat(500_000), SOMEBODY);
      hands.makeHardLink(`${site}/data/deep/file`, `${site}/data/again`);
      hands.makeLink(`${site}/data/link`, `${site}/elsewhere`, SOMEBODY);
      const { bytes, inodes } = await files.measure(`${site}/data`);
      expect(inodes).toBe(4);
      expect(bytes - empty.bytes).toBeGreaterThanOrEqual(100_000);
      expect(bytes - empty.bytes).toBeLessThan(150_000);
    });

    it('goes on reading a file that lost its name', async () => {
      machine.hands.makeFile(`${site}/log`, 'first', 0);
      const open = await files.open(`${site}/log`);
      await files.move(`${site}/log`, `${site}/log.1`);
      await files.create(`${site}/log`, Buffer.from('second'), root);
      expect(String(await open.read(0, 100))).toBe('first');
      expect((await open.entry()).inode).not.toBe((await files.find(`${site}/log`))?.inode);
      expect(String(Buffer.concat(await open.stream().toArray()))).toBe('first');
      await open.close();
    });

    it('tells of a change within a second', async () => {
      const changed = new Promise<void>((resolve) => {
        const watch = files.watch(site, () => {
          watch.close();
          resolve();
        });
      });
      machine.hands.makeFile(`${site}/file`, 'x', 0);
      await changed;
    });
  });

  describe('links among the parents', () => {
    const operations: [string, (files: Files, path: string) => Promise<unknown>][] = [
      ['find', (files, path) => files.find(path)],
      ['read', (files, path) => files.read(path, 100)],
      ['write', (files, path) => files.write(path, Buffer.from('x'), root)],
      ['create', (files, path) => files.create(`${path}2`, Buffer.from('x'), root)],
      ['makeDirectory', (files, path) => files.makeDirectory(`${path}2`, root)],
      ['makeLink', (files, path) => files.makeLink(path, 'x')],
      ['setAttributes', (files, path) => files.setAttributes(path, root)],
      ['changeIds', (files, path) => files.changeIds(path, new Map([[0, 7]]))],
      ['measure', (files, path) => files.measure(path)],
      ['move from', (files, path) => files.move(path, `${path}2`)],
      ['removeFile', (files, path) => files.removeFile(path)],
      ['removeTree', (files, path) => files.removeTree(path)],
    ];

    it.each(operations)('%s does not go through one that a site made', async (_, operate) => {
      machine.hands.makeFile(`${machine.home}/secrets/file`, 'secret', 0);
      machine.hands.makeLink(`${site}/data/way`, `${machine.home}/secrets`, SOMEBODY);
      await expect(operate(files, `${site}/data/way/file`)).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
      expect(machine.hands.readFile(`${machine.home}/secrets/file`)).toBe('secret');
    });

    it.each(operations)('%s does not leave a site, even where root made the link', async (_, operate) => {
      machine.hands.makeFile(`${machine.home}/node/sites/app_two/file`, 'theirs', 0);
      machine.hands.makeLink(`${site}/way`, '../app_two', 0);
      await expect(operate(files, `${site}/way/file`)).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
      expect(machine.hands.readFile(`${machine.home}/node/sites/app_two/file`)).toBe('theirs');
    });

    it('goes through one that root made within the site', async () => {
      machine.hands.makeFolder(`${site}/releases/1`, 0, 0o755);
      await files.makeLink(`${site}/current`, 'releases/1');
      await files.write(`${site}/current/file`, Buffer.from('x'), root);
      expect(machine.hands.readFile(`${site}/releases/1/file`)).toBe('x');
    });

    it('does not go through one in a folder that others can write to, whoever owns the link', async () => {
      machine.hands.makeFolder(`${site}/open`, 0, 0o777);
      machine.hands.makeLink(`${site}/open/way`, `${site}/data`, 0);
      await expect(files.find(`${site}/open/way/file`)).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
    });

    it('ends on links that lead in a circle', async () => {
      await files.makeLink(`${site}/a`, 'b');
      await files.makeLink(`${site}/b`, 'a');
      await expect(files.find(`${site}/a/file`)).rejects.toMatchObject({ code: 'ELOOP' });
    });

    it.each(['relative', '/a/../b', '/a//b', '/a/', '/a\0b'])('takes %j for a mistake', async (path) => {
      await expect(files.find(path)).rejects.toThrow(TypeError);
    });
  });

  describe('time', () => {
    it('stops waiting when it is told to', async () => {
      const signal = AbortSignal.abort();
      await expect(system.clock.pause(60_000, signal)).rejects.toThrow();
    });

    it('does not call after the appointment was cancelled', async () => {
      let called = false;
      system.clock
        .after(0, () => {
          called = true;
        })
        .close();
      await system.clock.pause(5);
      expect(called).toBe(false);
    });
  });

  describe('accounts', () => {
    it('knows itself and root, and not a stranger', async () => {
      const { accounts } = system;
      expect(accounts.self).toEqual({ name: 'root', uid: 0, gid: 0 });
      expect(await accounts.findUser('root')).toMatchObject({ name: 'root', uid: 0, gid: 0 });
      expect(await accounts.findGroup('root')).toBe(0);
      expect(await accounts.findUser('freehold-nobody')).toBeUndefined();
      expect(await accounts.findGroup('freehold-nobody')).toBeUndefined();
      expect(await accounts.isFree(0)).toBe(false);
      expect(await accounts.isFree(SOMEBODY)).toBe(true);
    });

    it('makes a user with a group of its own, changes it and removes both', async () => {
      const { accounts } = system;
      const name = `fhtest${process.pid}`;
      try {
        await accounts.addUser({ name, uid: SOMEBODY, home: '/nonexistent', shell: '/usr/sbin/nologin', groups: [] });
        expect(await accounts.findUser(name)).toEqual({
          name,
          uid: SOMEBODY,
          gid: SOMEBODY,
          home: '/nonexistent',
          shell: '/usr/sbin/nologin',
          groups: [],
        });
        expect(await accounts.findGroup(name)).toBe(SOMEBODY);
        expect(await accounts.isFree(SOMEBODY)).toBe(false);
        await accounts.changeUser({ name, home: '/srv', shell: '/bin/sh', groups: ['root'] });
        expect(await accounts.findUser(name)).toMatchObject({ home: '/srv', shell: '/bin/sh', groups: ['root'] });
        await expect(
          accounts.changeUser({ name, home: '/srv', shell: '/bin/sh', groups: ['freehold-nobody'] }),
        ).rejects.toThrow();
      } finally {
        await accounts.removeUser(name);
        await accounts.removeUser(name);
      }
      expect(await accounts.findUser(name)).toBeUndefined();
      expect(await accounts.findGroup(name)).toBeUndefined();
    });
  });
}

function facts(entry: Entry | undefined) {
  if (!entry) return undefined;
  const { stamp: _, inode: __, ...rest } = entry;
  return rest;
}
