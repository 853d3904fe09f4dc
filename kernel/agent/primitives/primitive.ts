import type { Readable } from 'node:stream';
import type { PrimitiveSpec, PrimitiveType } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import type { Trash } from '../engine/trash.ts';
import type { Turns } from '../engine/turns.ts';
import type { Identity } from '../store/inventory.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Files, System } from '../system/system.ts';

/**
 * One kind of resource: how to compare it with the machine, make it so, take it back and remove it. Every function may be
 * called again after it was cut off anywhere, and then comes to the same end.
 */
export interface PrimitiveHandler<Type extends PrimitiveType, Facts, Inverse = unknown> {
  /** What no other owner may hold. */
  identities?(spec: PrimitiveSpec<Type>, owner: OwnerKey): readonly Identity[];
  /**
   * Compares with the machine, changing nothing.
   *
   * @throws Refusal when it cannot be made so.
   */
  check(task: Task<Type, Facts>, context: Context): Promise<Finding<Facts>>;
  /** How to come back to what is there now, as JSON; asked before anything is changed. Left out: there is no way back and no need for one. */
  inverse?(task: Task<Type, Facts>, context: Context): Promise<Inverse>;
  /** Makes it so. */
  apply(task: Task<Type, Facts>, context: Context): Promise<Applied<Facts>>;
  /** Comes back. Harmless when nothing was applied. Never deletes what Freehold did not make. */
  undo?(inverse: Inverse, context: Context): Promise<void>;
  /** Lets go of what only `undo` would have needed. */
  settle?(inverse: Inverse, context: Context): Promise<void>;
  /** Removes it; gives a note when something was left on purpose. */
  remove(task: RemovalTask<Type, Facts>, context: Context): Promise<string | undefined>;
}

export interface Task<Type extends PrimitiveType, Facts> {
  readonly key: string;
  /** With the values of the secrets in place. */
  readonly spec: PrimitiveSpec<Type>;
  /** What was applied before; undefined when the agent never applied it. */
  readonly recorded?: { readonly spec: PrimitiveSpec<Type>; readonly facts: Facts };
}

export interface RemovalTask<Type extends PrimitiveType, Facts> {
  readonly key: string;
  readonly spec: PrimitiveSpec<Type>;
  readonly facts: Facts;
}

/** How a resource stands to the machine. */
export type Finding<Facts> = Same<Facts> | Different;

export interface Same<Facts> {
  readonly kind: 'same';
  readonly facts: Facts;
}

export interface Different {
  readonly kind: 'different';
  readonly action: 'create' | 'update' | 'run';
  /** One line: "mode 0644 → 0640". */
  readonly summary: string;
  readonly diff?: string;
}

export interface Applied<Facts> {
  readonly facts: Facts;
  /** What a command printed. */
  readonly output?: string;
}

/** What is at hand while one owner's resources are worked on. */
export interface Context {
  readonly system: System;
  /** The files as they will stand once datasets have come back from the trash; the machine's own when nothing is to come back. */
  readonly files: ReadableFiles;
  /** Numbers that users who come back from the trash will have again; to compare with, not to act by. */
  readonly expectedIds: ReadonlyMap<string, number>;
  readonly store: StateStore;
  readonly turns: Turns;
  readonly trash: Trash;
  readonly uploads: Uploads;
  readonly owner: OwnerKey;
  /** Where this installation begins to count the numbers of unix users. */
  readonly firstUid: number;
  /** Keys of the resources that were found different, so far. */
  readonly changed: ReadonlySet<string>;
  /** All Debian packages that the owner wants: they are installed in one go. */
  readonly packages: readonly string[];
  /** TCP ports on which the owner's services are to listen. */
  readonly ports: readonly number[];
  /** Whether commands that only observe are to be run. */
  readonly observing: boolean;
  readonly signal: AbortSignal;
  /** Says what is being done, for people who wait. */
  progress(message: string): void;
  /** Says what people who look after the node should know, with the remedy. */
  warn(message: string): void;
}

/** Enough to compare with. */
export type ReadableFiles = Pick<Files, 'find' | 'list' | 'read' | 'readLink' | 'hash' | 'open'>;

/** Where the bytes of deployed files come from. */
export interface Uploads {
  upload(sha256: string): Promise<Readable>;
}

export function same<Facts>(facts: Facts): Same<Facts> {
  return { kind: 'same', facts };
}

export function different(action: Different['action'], summary: string, diff?: string): Different {
  return diff === undefined ? { kind: 'different', action, summary } : { kind: 'different', action, summary, diff };
}

/** Every path has one owner, whatever stands there. */
export function pathIdentity(path: string): Identity {
  return { name: `path:${path}`, shared: false };
}
