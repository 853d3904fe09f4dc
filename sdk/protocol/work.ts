import type { CommandSpec } from '../primitives.ts';
import type { Static } from '../schema.ts';
import type { Grant, LoweredResource, OwnerKey, StateDocument } from './state.ts';

/** What the server asks of a node. Work is never queued: it is computed from the tables at every exchange. */
export type Work = ApplyWork | RemoveWork | PlanWork | ActionWork | LogWork | CheckWork;

/** Make the machine match the document. */
export interface ApplyWork {
  readonly kind: 'apply';
  readonly document: StateDocument;
}

/** Remove what the inventory holds for an owner. Datasets go to the trash; with `purge` they are destroyed. */
export interface RemoveWork {
  readonly kind: 'remove';
  readonly owner: OwnerKey;
  readonly title: string;
  readonly revision: number;
  readonly purge: boolean;
}

/** Compare and answer with what apply would change, without changing it. */
export interface PlanWork {
  readonly kind: 'plan';
  /** Named in the report that answers it. */
  readonly request: string;
  readonly document: StateDocument;
}

/** Run commands once, in order. An action that was run is never run again: its outcome is reported once more. */
export interface ActionWork {
  readonly kind: 'action';
  /** Id of the operation. */
  readonly operation: string;
  readonly owner: OwnerKey;
  readonly title: string;
  readonly user?: string;
  readonly plugin: string;
  readonly commands: readonly Static<typeof CommandSpec>[];
  readonly secrets: Readonly<Record<string, string>>;
}

/** Send lines of a log that the owner declared. */
export interface LogWork {
  readonly kind: 'log';
  readonly request: string;
  readonly owner: OwnerKey;
  /** Id of the `log` resource. */
  readonly log: string;
  /** Lines from its end that come first. */
  readonly lines: number;
  /** Whether lines that are added later are sent too, until `until`. */
  readonly follow: boolean;
  /** ISO 8601 time at which it ends. The server moves it while somebody reads. */
  readonly until: string;
}

/** Compare everything with the machine now, without waiting for the check interval. */
export interface CheckWork {
  readonly kind: 'check';
  /** Named in the `swept` report that answers it. */
  readonly request: string;
}

/** Names a piece of work, so that a node can say what it has in hand. */
export function workKey(work: Work): string {
  switch (work.kind) {
    case 'apply':
      return `${work.document.owner}@${work.document.revision}`;
    case 'remove':
      return `${work.owner}@${work.revision}`;
    case 'plan':
    case 'log':
    case 'check':
      return `${work.kind}:${work.request}`;
    case 'action':
      return `action:${work.operation}`;
  }
}

/** What holds for all of a node's work. */
export interface NodeSettings {
  /** What becomes of a manual edit: put back, or kept and shown. */
  readonly drift: 'repair' | 'keep';
  /** Seconds between two comparisons of everything with the machine. */
  readonly checkInterval: number;
  /** Seconds that removed data stays in the trash at the least. The server sends `purge` after that. */
  readonly retention: number;
  /** What the hoster approved. A resource of a plugin that is not here is refused. */
  readonly grants: readonly Grant[];
}

export type { Grant, LoweredResource, StateDocument };
