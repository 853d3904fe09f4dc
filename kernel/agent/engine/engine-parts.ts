import type { NodePaths } from '@freehold/sdk';
import type { NodeSettings, Report } from '@freehold/sdk/protocol';
import type { Logger } from 'pino';
import type { Uploads } from '../primitives/primitive.ts';
import { firstUidOf } from '../primitives/user-id.ts';
import type { StateStore } from '../store/state-store.ts';
import type { System } from '../system/system.ts';
import { CommitRounds } from './commit-rounds.ts';
import { type CrashPoints, noCrash } from './crash-points.ts';
import { Slots, Turns } from './turns.ts';
import type { Workshop } from './workshop.ts';

/** What an engine is made of. */
export interface EngineParts {
  readonly system: System;
  readonly store: StateStore;
  readonly uploads: Uploads;
  readonly reports: Reports;
  readonly paths: NodePaths;
  /** The folder of all trash; it exists. */
  readonly trashFolder: string;
  readonly log: Logger;
  /** Some work is no longer in hand, and the server should hear of it before it answers. */
  readonly released: () => void;
  readonly crash?: CrashPoints;
}

/** The way of reports to the server. */
export interface Reports {
  /** Kept until the server has it, also over a restart. */
  keep(report: Report): void;
  /** Sent as soon as it can be, and forgotten when the agent ends. Returns when the server has it. */
  tell(report: Report): Promise<void>;
}

/** How many owners are worked on at once: most of the time is waiting for the disk and for other programs. */
const AT_ONCE = 4;

/** What holds until the server says something else: nothing is allowed, nothing is thrown away. */
const FIRST_SETTINGS: NodeSettings = { drift: 'keep', checkInterval: 300, retention: 31_536_000, grants: [] };

export function makeWorkshop(parts: EngineParts): Workshop {
  const { system, store, uploads, paths, trashFolder, log, crash = noCrash } = parts;
  const workshop: Workshop = {
    system,
    store,
    uploads,
    paths,
    trashFolder,
    firstUid: firstUidOf(paths.sites),
    log,
    crash,
    turns: new Turns(),
    slots: new Slots(AT_ONCE),
    claims: new Map(),
    rounds: new CommitRounds(() => workshop),
    settings: () => store.settings.find('node') ?? FIRST_SETTINGS,
  };
  return workshop;
}
