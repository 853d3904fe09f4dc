import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { PrimitiveSpec } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import { getAttributes } from '../primitives/ownership.ts';
import type { StateStore } from '../store/state-store.ts';
import { isCode } from '../system/failure.ts';
import type { System } from '../system/system.ts';
import { openLog } from './guarded-log.ts';

type LogSpec = PrimitiveSpec<'log'>;

export interface RotationParts {
  readonly system: System;
  readonly store: StateStore;
  inTurn<Result>(owner: OwnerKey, work: () => Promise<Result>): Promise<Result>;
  failed(path: string, cause: unknown): void;
}

const DEFAULT_SIZE = 10_485_760;
const DEFAULT_KEEP = 5;

/**
 * Rotates the logs that are too large: `access.log` becomes `access.log.1`, which is compressed to `access.log.1.gz` at the next
 * time, when nobody writes to it any more.
 */
export async function rotateLogs(parts: RotationParts): Promise<void> {
  const { system, store } = parts;
  const reopen = new Map<string, { service: string; signal: string }>();
  for (const { owner, resource, leaving } of store.inventory.ofType('log')) {
    if (leaving) continue;
    const { spec } = resource;
    try {
      const isRotated = await parts.inTurn(owner, () => rotateOne(spec, system));
      if (isRotated && spec.reopen) reopen.set(`${spec.reopen.service} ${spec.reopen.signal}`, spec.reopen);
    } catch (cause) {
      parts.failed(spec.path, cause);
    }
  }
  for (const { service, signal } of reopen.values())
    await system.services.signal(service, signal).catch((cause) => parts.failed(service, cause));
  await system.services.shortenLogs(DEFAULT_SIZE);
}

async function rotateOne(spec: LogSpec, system: System): Promise<boolean> {
  const { files } = system;
  const { path, keep = DEFAULT_KEEP, maxBytes = DEFAULT_SIZE } = spec;
  if (await files.find(`${path}.1`)) await compress(spec, system);
  const entry = await files.find(path);
  if (entry?.kind !== 'file' || entry.size <= maxBytes) return false;
  const file = await openLog(spec, system);
  await file.close();
  await files.removeFile(`${path}.${keep}.gz`);
  for (let number = keep - 1; number >= 1; number--)
    if (await files.find(`${path}.${number}.gz`)) await files.move(`${path}.${number}.gz`, `${path}.${number + 1}.gz`);
  await files.move(path, `${path}.1`);
  await beginAnew(spec, system);
  return true;
}

/** Another program may be quicker, because it opens the log for each line. */
async function beginAnew(spec: LogSpec, system: System): Promise<void> {
  const attributes = await getAttributes(spec, '0640', { system });
  try {
    await system.files.create(spec.path, Buffer.alloc(0), attributes);
  } catch (cause) {
    if (!isCode(cause, 'EEXIST')) throw cause;
    await system.files.setAttributes(spec.path, attributes);
  }
}

async function compress(spec: LogSpec, system: System): Promise<void> {
  const { files } = system;
  const plain = `${spec.path}.1`;
  await files.removeFile(`${plain}.gz`);
  if ((spec.keep ?? DEFAULT_KEEP) > 0) {
    const file = await openLog({ ...spec, path: plain }, system);
    const { mode, uid, gid } = await file.entry();
    try {
      const compressed = createGzip();
      await Promise.all([
        pipeline(file.stream(), compressed),
        files.create(`${plain}.gz`, compressed, { mode, uid, gid }),
      ]);
    } finally {
      await file.close();
    }
  }
  await files.removeFile(plain);
}
