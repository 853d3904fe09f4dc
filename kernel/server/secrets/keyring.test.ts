import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Keyring, loadKeyring } from './keyring.ts';

describe('the keyring', () => {
  const keyring = new Keyring(randomBytes(32));

  test('reads what it encrypted, for the same context only', () => {
    const bytes = keyring.encrypt('s3cret ✓', 'secret app:a db');
    expect(keyring.decrypt(bytes, 'secret app:a db')).toBe('s3cret ✓');
    expect(() => keyring.decrypt(bytes, 'secret app:b db')).toThrow();
    expect(() => new Keyring(randomBytes(32)).decrypt(bytes, 'secret app:a db')).toThrow();
  });

  test('gives the same placeholder for the same secret, another for every other, and harmless characters', () => {
    const one = keyring.placeholder('app:a', 'db');
    expect(keyring.placeholder('app:a', 'db')).toBe(one);
    expect(keyring.placeholder('app:b', 'db')).not.toBe(one);
    expect(keyring.placeholder('app:a', 'db2')).not.toBe(one);
    expect(new Keyring(randomBytes(32)).placeholder('app:a', 'db')).not.toBe(one);
    expect(one).toMatch(/^[a-z0-9_]{50,60}$/);
  });
});

describe('the key of the installation', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyring-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is made once, also by several processes at once, and only its owner can read it', async () => {
    const path = join(folder, 'server', 'secret.key');
    const keyrings = await Promise.all([loadKeyring(path), loadKeyring(path)]);
    const [one, two] = keyrings.map((keyring) => keyring.placeholder('app:a', 'x'));
    expect(one).toBe(two);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('is refused when it is broken', async () => {
    const path = join(folder, 'broken.key');
    await writeFile(path, 'short');
    await expect(loadKeyring(path)).rejects.toThrow('does not hold the key');
  });
});
