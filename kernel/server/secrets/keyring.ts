import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { OwnerKey } from '@freehold/sdk/protocol';

/** What is done with the key of the installation. The key itself is in a file, never in the database. */
export class Keyring {
  readonly #encryption: Buffer;
  readonly #placeholders: Buffer;
  readonly #proofs: Buffer;

  constructor(master: Buffer) {
    this.#encryption = derive(master, 'freehold encryption 1');
    this.#placeholders = derive(master, 'freehold placeholders 1');
    this.#proofs = derive(master, 'freehold proofs 1');
  }

  /** `context` says what the text is; it can be read again only as the same. */
  encrypt(text: string, context: string): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#encryption, nonce).setAAD(Buffer.from(context));
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws Error when it was encrypted with another key or for another context. */
  decrypt(bytes: Buffer, context: string): string {
    const decipher = createDecipheriv('aes-256-gcm', this.#encryption, bytes.subarray(0, 12))
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
  }

  /** Proves that this installation has said the text for this purpose. */
  prove(purpose: string, text: string | Buffer): Buffer {
    return createHmac('sha256', this.#proofs).update(`${purpose}\n`).update(text).digest();
  }

  /**
   * Stands for a secret of an owner wherever it must not be seen. Nobody can guess it, so that nobody can write it into a
   * field of their own; its characters are harmless in every syntax.
   */
  placeholder(owner: OwnerKey, name: string): string {
    return `freehold_secret_${createHmac('sha256', this.#placeholders).update(`${owner}\n${name}`).digest('hex').slice(0, 40)}`;
  }
}

/** Reads the key of the installation, or makes it: 0600, whole or not at all. */
export async function loadKeyring(path: string): Promise<Keyring> {
  const text = (await readFile(path, 'utf8').catch(ifMissing)) ?? (await makeKey(path));
  const master = Buffer.from(text.trim(), 'base64');
  if (master.length !== 32) throw new Error(`${path} does not hold the key of this installation.`);
  return new Keyring(master);
}

async function makeKey(path: string): Promise<string> {
  const part = `${path}.${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(part, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  // Unlike a rename, a link never takes the place of a key that another process made meanwhile.
  await link(part, path).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(part);
  return readFile(path, 'utf8');
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function derive(master: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), purpose, 32));
}
