import type { NodePaths } from '@freehold/sdk';
import type { NodeSettings } from '@freehold/sdk/protocol';
import type { Logger } from 'pino';
import type { Uploads } from '../primitives/primitive.ts';
import type { StateStore } from '../store/state-store.ts';
import type { System } from '../system/system.ts';
import type { CommitRounds } from './commit-rounds.ts';
import type { CrashPoints } from './crash-points.ts';
import type { Slots, Turns } from './turns.ts';

/** What all parts of the engine work with, for the whole life of an agent. */
export interface Workshop {
  readonly system: System;
  readonly store: StateStore;
  readonly uploads: Uploads;
  readonly paths: NodePaths;
  /** The folder of all trash. */
  readonly trashFolder: string;
  /** Where this installation begins to count the numbers of unix users. */
  readonly firstUid: number;
  readonly turns: Turns;
  /** How many owners are worked on at once. Nobody waits for a commit round in one. */
  readonly slots: Slots;
  readonly rounds: CommitRounds;
  readonly claims: Claims;
  readonly log: Logger;
  readonly crash: CrashPoints;
  settings(): NodeSettings;
}

/** Identities that work in hand is about to take: two owners must not find the same path free. */
export type Claims = Map<string, string>;
