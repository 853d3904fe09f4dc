import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { randomText } from '../../secrets/random-text.ts';

const PART = '.part-';

/** The folder with the archives that were deployed, each named by its hash. */
export class UploadStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // Whoever wrote these is gone.
    const parts = (await readdir(this.#folder)).filter((name) => name.startsWith(PART));
    await Promise.all(parts.map((name) => rm(join(this.#folder, name), { force: true })));
  }

  /** A file to write to, which is nothing until it is kept. */
  async newPart(): Promise<UploadPart> {
    const path = join(this.#folder, `${PART}${randomText(16)}`);
    const handle = await open(path, 'wx', 0o600);
    return { path, handle };
  }

  /** All of it is on the disk. */
  async complete({ handle }: UploadPart): Promise<void> {
    await handle.sync();
    await handle.close();
  }

  /** Gives a complete part its name. A second time it does nothing. */
  async keep({ path }: UploadPart, sha256: string): Promise<void> {
    await rename(path, this.#pathOf(sha256)).catch(async (error) => {
      if (error.code !== 'ENOENT' || !(await this.has(sha256))) throw error;
    });
    await syncFolder(this.#folder);
  }

  async discard({ path, handle }: UploadPart): Promise<void> {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true });
  }

  read(sha256: string): Readable {
    return createReadStream(this.#pathOf(sha256));
  }

  async has(sha256: string): Promise<boolean> {
    return stat(this.#pathOf(sha256)).then(
      () => true,
      () => false,
    );
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#pathOf(sha256), { force: true });
  }

  /** Hashes of the archives that were stored before the time. */
  async list(before: Date): Promise<string[]> {
    const names = (await readdir(this.#folder)).filter((name) => !name.startsWith(PART));
    const times = await Promise.all(names.map((name) => stat(join(this.#folder, name)).catch(() => undefined)));
    return names.filter((_, index) => (times[index]?.mtime ?? before) < before);
  }

  #pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('not a hash');
    return join(this.#folder, sha256);
  }
}

export interface UploadPart {
  readonly path: string;
  readonly handle: Awaited<ReturnType<typeof open>>;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
