import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';

/** The value of a JSON file; undefined when the file is not there, cannot be read, or was left half written. */
export async function readJsonFile<Value>(path: string): Promise<Value | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Value;
  } catch {
    return undefined;
  }
}

export interface FileOwnership {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** Writes beside and renames: whoever reads finds the old value or the new one, also after a power cut. */
export async function writeJsonFile(path: string, value: unknown, ownership: FileOwnership = {}): Promise<void> {
  const { mode = 0o600, uid, gid } = ownership;
  const part = `${path}.${randomUUID()}`;
  const file = await open(part, 'wx', mode);
  try {
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await file.chmod(mode);
    if (uid !== undefined && gid !== undefined) await file.chown(uid, gid);
    await file.sync();
    await file.close();
    await rename(part, path);
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
}
