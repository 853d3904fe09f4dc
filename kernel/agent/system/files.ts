import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { basename } from 'node:path';
import { moveAcross } from './across-file-systems.ts';
import { changeIdsBelow } from './change-ids.ts';
import { failure, isCode } from './failure.ts';
import { Folder, type WalkRules } from './folder.ts';
import { changeAttributes, fill, giveAttributes, syncHandle, unlinkIfThere } from './handles.ts';
import { measureWithDu } from './measure.ts';
import { entryOf, LinuxOpenFile } from './open-file.ts';
import type { Attributes, Commands, DiskUse, Entry, Files, OpenFile, Watch } from './system.ts';
import { besideName } from './temporary-name.ts';
import { flushTree, removeBelow } from './trees.ts';
import { watchFolder } from './watch.ts';

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** The files of this machine. What takes microseconds is synchronous; reading, writing and syncing are not. */
export class LinuxFiles implements Files {
  readonly #rules: WalkRules;
  readonly #commands: Commands;

  constructor(rules: WalkRules, commands: Commands) {
    this.#rules = rules;
    this.#commands = commands;
  }

  async find(path: string): Promise<Entry | undefined> {
    try {
      using folder = this.#parent(path);
      const stats = lstatSync(path === '/' ? folder.self : folder.last(path), { bigint: true, throwIfNoEntry: false });
      return stats && entryOf(stats);
    } catch (cause) {
      if (isCode(cause, 'ENOENT', 'ENOTDIR')) return undefined;
      throw cause;
    }
  }

  async list(path: string): Promise<string[]> {
    using folder = Folder.open(path, path, this.#rules);
    return readdirSync(folder.self).sort();
  }

  async read(path: string, maxBytes: number): Promise<Buffer> {
    const file = await this.open(path);
    try {
      const { size } = await file.entry();
      if (size > maxBytes) throw failure('EFBIG', `${path} has ${size} bytes, more than ${maxBytes}`);
      return await file.read(0, maxBytes);
    } finally {
      await file.close();
    }
  }

  async readLink(path: string): Promise<string> {
    using folder = this.#parent(path);
    return readlinkSync(folder.last(path));
  }

  async hash(path: string): Promise<string> {
    const file = await this.open(path);
    try {
      const hash = createHash('sha256');
      for await (const chunk of file.stream()) hash.update(chunk);
      return hash.digest('hex');
    } finally {
      await file.close();
    }
  }

  async write(path: string, content: Uint8Array, attributes: Attributes): Promise<void> {
    using folder = this.#parent(path);
    const temporary = folder.at(besideName(path, 'new'));
    unlinkIfThere(temporary);
    const handle = openSync(temporary, NEW_FILE, 0o600);
    try {
      await fill(handle, content);
      giveAttributes(handle, attributes);
      await syncHandle(handle);
      renameSync(temporary, folder.last(path));
    } catch (cause) {
      unlinkIfThere(temporary);
      throw cause;
    } finally {
      closeSync(handle);
    }
  }

  async create(path: string, content: Uint8Array | AsyncIterable<Uint8Array>, attributes: Attributes): Promise<void> {
    using folder = this.#parent(path);
    const handle = openSync(folder.last(path), NEW_FILE, 0o600);
    try {
      await fill(handle, content);
      giveAttributes(handle, attributes);
    } finally {
      closeSync(handle);
    }
  }

  async makeDirectory(path: string, attributes: Attributes): Promise<void> {
    using folder = this.#parent(path);
    mkdirSync(folder.last(path), 0o700);
    await this.setAttributes(path, attributes);
  }

  async makeLink(path: string, target: string): Promise<void> {
    using folder = this.#parent(path);
    const temporary = folder.at(besideName(path, 'new'));
    unlinkIfThere(temporary);
    symlinkSync(target, temporary);
    renameSync(temporary, folder.last(path));
  }

  async setAttributes(path: string, attributes: Attributes): Promise<void> {
    using folder = this.#parent(path);
    changeAttributes(folder.last(path), attributes, path);
  }

  async changeIds(path: string, ids: ReadonlyMap<number, number>): Promise<number> {
    using folder = this.#parent(path);
    return await changeIdsBelow(folder, basename(path), ids);
  }

  async move(from: string, to: string): Promise<void> {
    using source = this.#parent(from);
    using target = this.#parent(to);
    if (lstatSync(target.last(to), { throwIfNoEntry: false })) throw failure('EEXIST', `${to} exists`);
    try {
      renameSync(source.last(from), target.last(to));
    } catch (cause) {
      if (!isCode(cause, 'EXDEV')) throw cause;
      await moveAcross({ from, to, files: this, commands: this.#commands });
    }
  }

  async removeFile(path: string): Promise<void> {
    await this.#unlessGone(path, (place) => unlinkSync(place));
  }

  async removeDirectory(path: string): Promise<void> {
    await this.#unlessGone(path, (place) => rmdirSync(place));
  }

  async removeTree(path: string): Promise<void> {
    await this.#unlessGone(path, (_, folder) => removeBelow(folder, basename(path)));
  }

  async measure(path: string): Promise<DiskUse> {
    if (!(await this.find(path))) return { bytes: 0, inodes: 0 };
    return measureWithDu(path, this.#commands);
  }

  async flush(path: string): Promise<void> {
    using folder = Folder.open(path, path, this.#rules);
    await flushTree(folder);
  }

  async open(path: string): Promise<OpenFile> {
    using folder = this.#parent(path);
    return LinuxOpenFile.open(folder.last(path), path);
  }

  watch(path: string, changed: () => void): Watch {
    return watchFolder(path, changed);
  }

  #parent(path: string): Folder {
    return Folder.parentOf(path, this.#rules);
  }

  async #unlessGone(path: string, act: (place: string, folder: Folder) => void): Promise<void> {
    try {
      using folder = this.#parent(path);
      act(folder.last(path), folder);
    } catch (cause) {
      if (!isCode(cause, 'ENOENT')) throw cause;
    }
  }
}
