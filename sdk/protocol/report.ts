import type { OwnerKey } from './state.ts';

/** What a node tells the server. */
export type Report =
  | AppliedReport
  | ProgressReport
  | CheckedReport
  | PlannedReport
  | ActedReport
  | LogReport
  | SweptReport
  | MeasuredReport;

/** `inSync`: the machine matches. `retry`: it may work later. `failed`: it will not, until somebody changes something. */
export type Outcome =
  | { readonly kind: 'inSync' }
  | { readonly kind: 'retry'; readonly after: number; readonly reason: string; readonly message: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string };

/** What happens, or would happen, to one resource. */
export interface Change {
  /** Key of the resource. */
  readonly resource: string;
  readonly action: 'create' | 'update' | 'remove' | 'run' | 'reload' | 'restart';
  /** One line: "mode 0644 → 0640", "runs useradd". */
  readonly summary: string;
  /** Unified diff of a text file; left out for secrets and for what is no text. */
  readonly diff?: string;
}

export interface Step extends Change {
  readonly state: 'done' | 'failed' | 'undone';
  readonly milliseconds: number;
  /** What a command or a validation printed, at most 64 KiB, its end kept. */
  readonly output?: string;
}

/** The end of an apply or a removal. Sent again until the server has accepted it. */
export interface AppliedReport {
  readonly kind: 'applied';
  readonly owner: OwnerKey;
  readonly revision: number;
  readonly generation: number;
  readonly outcome: Outcome;
  readonly steps: readonly Step[];
  /** What is observed now, by resource key: the whole of it. */
  readonly observed: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** How far an apply, a removal or an action has come. May be lost. */
export interface ProgressReport {
  readonly kind: 'progress';
  readonly owner: OwnerKey;
  readonly revision?: number;
  readonly operation?: string;
  readonly done: number;
  readonly total: number;
  /** What is being done now, for people. */
  readonly message: string;
}

/** What differs from what was last applied. Sent when it is not what was last sent. */
export interface CheckedReport {
  readonly kind: 'checked';
  readonly owner: OwnerKey;
  readonly revision: number;
  readonly drift: readonly Drift[];
  readonly observed: Readonly<Record<string, unknown>>;
  readonly at: string;
}

export interface Drift {
  readonly resource: string;
  readonly summary: string;
  readonly diff?: string;
  /** `repaired`: put back. `kept`: left, because the hoster wants it so. `failed`: could not be put back. */
  readonly action: 'repaired' | 'kept' | 'failed';
  readonly message?: string;
}

/** One comparison of everything with the machine has ended. */
export interface SweptReport {
  readonly kind: 'swept';
  /** Of the {@link CheckWork} that asked for it, if one did. */
  readonly request?: string;
  readonly owners: number;
  readonly resources: number;
  /** Resources that had to be changed. */
  readonly changes: number;
  readonly at: string;
  readonly milliseconds: number;
}

/** The answer to a {@link PlanWork}. */
export interface PlannedReport {
  readonly kind: 'planned';
  readonly request: string;
  readonly changes: readonly Change[];
  /** What would stop the apply. */
  readonly problems: readonly string[];
}

/** The end of an action. Sent again until the server has accepted it. */
export interface ActedReport {
  readonly kind: 'acted';
  readonly operation: string;
  readonly outcome: Outcome;
  readonly steps: readonly Step[];
  /** What its commands gave as output, by command id. */
  readonly output: Readonly<Record<string, unknown>>;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** Lines of a log, in order. */
export interface LogReport {
  readonly kind: 'log';
  readonly request: string;
  /** 0, 1, 2 …; a chunk that the server has is ignored. */
  readonly sequence: number;
  readonly lines: readonly string[];
  readonly end: boolean;
  /** Why it ended, when not because everything was sent. */
  readonly problem?: string;
}

/**
 * What apps take of their node. Each report says how it is, not what has changed: one that is lost, doubled or late does no harm.
 */
export interface MeasuredReport {
  readonly kind: 'measured';
  /** Another one when the agent has lost its figures and begins to count anew. */
  readonly epoch: string;
  readonly at: string;
  /** Some of the node's owners: the others are as they were. */
  readonly owners: readonly Measured[];
}

export interface Measured {
  readonly owner: OwnerKey;
  /** The folder of the app and its datasets, what is in the trash too, as du(1) counts it. Left out: not looked at this time. */
  readonly disk?: { readonly bytes: number; readonly inodes: number };
  /** Bytes, all that were counted since the epoch began. Left out: the owner has no log that says. */
  readonly traffic?: number;
}
