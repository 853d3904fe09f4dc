import { dirname } from 'node:path';
import type { PrimitiveSpec } from '@freehold/sdk';
import { findAttributes } from '../primitives/ownership.ts';
import { Refusal } from '../primitives/refusal.ts';
import type { OpenFile, System } from '../system/system.ts';

type LogSpec = PrimitiveSpec<'log'>;

/**
 * Opens a log as the file that it was declared to be. Where others than root write to the folder they may have put something
 * else in its place: another name of a secret file, or a file of somebody else that they moved there.
 */
export async function openLog(spec: LogSpec, system: System): Promise<OpenFile> {
  const file = await system.files.open(spec.path);
  const entry = await file.entry();
  if (entry.links === 1 && (await isRightOwner(entry.uid, spec, system))) return file;
  await file.close();
  throw new Refusal('ForeignContent', `${spec.path} is not the log file that was declared, so it is not read.`);
}

async function isRightOwner(uid: number, spec: LogSpec, system: System): Promise<boolean> {
  const folder = await system.files.find(dirname(spec.path));
  if (folder && folder.uid === system.accounts.self.uid && (folder.mode & 0o022) === 0) return true;
  const wanted = await findAttributes(spec, '0640', { system });
  return wanted?.uid === uid;
}
