import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import type { Operation, OperationProgress } from './api-types.ts';

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (message: string) => void;
}

/**
 * Waits until an operation has ended, or until the signal; gives it as it then is. The event stream tells at once; the
 * operation is read now and then as well, because it may have ended before the stream was open.
 */
export async function followOperation(client: ApiClient, begun: Operation, options: FollowOptions): Promise<Operation> {
  if (hasEnded(begun)) return client.loadOperation(begun.id);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const follow = { client, operation: begun.id, signal, onProgress: options.onProgress ?? (() => {}) };
  const ends = [untilEventSaysSo(follow), untilItIsRead(follow)];
  try {
    return (await Promise.race(ends)) ?? (await client.loadOperation(begun.id));
  } finally {
    stop.abort();
    await Promise.allSettled(ends);
  }
}

export function hasEnded({ state }: Operation): boolean {
  return state !== 'pending' && state !== 'running';
}

interface Follow {
  readonly client: ApiClient;
  readonly operation: string;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

async function untilEventSaysSo({ client, operation, signal, onProgress }: Follow): Promise<Operation | undefined> {
  for await (const { type, data } of client.followEvents({ operation }, signal)) {
    if (type === 'operation.progress') {
      onProgress(renderProgress(data as unknown as OperationProgress));
      continue;
    }
    const now = await client.loadOperation(operation);
    if (hasEnded(now)) return now;
  }
  return undefined;
}

async function untilItIsRead({ client, operation, signal, onProgress }: Follow): Promise<Operation | undefined> {
  for (let wait = 100; !signal.aborted; wait = Math.min(wait * 2, 2_000)) {
    await delay(wait, undefined, { signal }).catch(() => {});
    if (signal.aborted) return undefined;
    const now = await client.loadOperation(operation);
    if (hasEnded(now)) return now;
    const waiting = now.outcome && now.outcome.kind !== 'inSync' ? now.outcome.message : undefined;
    if (waiting) onProgress(waiting);
    else if (wait > 1_000 && now.state === 'pending') onProgress('waiting for the node');
  }
  return undefined;
}

function renderProgress({ done, total, message }: OperationProgress): string {
  return total > 0 ? `${done}/${total} ${message}` : message;
}
