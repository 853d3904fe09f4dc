import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ChainHead } from './audit-chain.ts';

/**
 * How far this server has seen the chain, in a file outside of the database: a chain whose end was cut off is whole in itself, and only
 * somebody who remembers the end can tell.
 */
export class AuditHead {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<ChainHead | undefined> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
    if (text === undefined) return undefined;
    const { number, link } = JSON.parse(text) as { number: number; link: string };
    return { number, link: Buffer.from(link, 'hex') };
  }

  /** Never goes back. */
  async record({ number, link }: ChainHead): Promise<void> {
    if (number <= ((await this.load())?.number ?? 0)) return;
    const part = `${this.#path}.${randomBytes(6).toString('hex')}`;
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await writeFile(part, `${JSON.stringify({ number, link: link.toString('hex') })}\n`, { mode: 0o600 });
    await rename(part, this.#path);
  }
}
