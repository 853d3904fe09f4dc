import type { Primitive } from '@freehold/sdk';
import type { LoweredResource, OwnerKey, StateDocument } from '@freehold/sdk/protocol';
import type { Context } from '../primitives/primitive.ts';
import type { Step } from './step.ts';
import { Trash } from './trash.ts';
import type { Workshop } from './workshop.ts';

/** What must exist for one owner: a state document, or nothing when the owner is removed. */
export interface Wanted {
  readonly owner: OwnerKey;
  readonly title: string;
  readonly user?: string;
  readonly revision: number;
  readonly generation: number;
  readonly resources: readonly LoweredResource[];
  readonly secrets: Readonly<Record<string, string>>;
}

/** One piece of work on one owner, from its start to its report. */
export interface Assignment {
  readonly wanted: Wanted;
  readonly workshop: Workshop;
  readonly trash: Trash;
  readonly signal: AbortSignal;
  /** Everything that was done or tried, in order. */
  readonly steps: Step[];
  /** What people who look after the node should know. */
  readonly warnings: Set<string>;
  progress(done: number, total: number, message: string): void;
}

export type AssignmentOptions = Pick<Assignment, 'signal' | 'progress'>;

export function assign(wanted: Wanted, workshop: Workshop, { signal, progress }: AssignmentOptions): Assignment {
  const { system, store, paths, trashFolder } = workshop;
  const trash = new Trash(wanted.owner, { system, store, paths, folder: trashFolder });
  return { wanted, workshop, trash, signal, progress, steps: [], warnings: new Set() };
}

export function documentOf({ owner, title, user, revision, generation, resources, secrets }: StateDocument): Wanted {
  return { owner, title, user, revision, generation, resources, secrets };
}

/** What the primitives get to work with. */
export function contextOf(assignment: Assignment, particulars: Partial<Context> = {}): Context {
  const { wanted, workshop, trash, signal } = assignment;
  const { system, store, turns, uploads, firstUid } = workshop;
  const resources = wanted.resources.map(({ resource }) => resource);
  return {
    system,
    files: system.files,
    expectedIds: new Map(),
    store,
    turns,
    trash,
    uploads,
    owner: wanted.owner,
    firstUid,
    changed: new Set(),
    packages: resources.filter(({ type }) => type === 'package').map(({ id }) => id),
    ports: resources.flatMap(portsOf),
    observing: false,
    signal,
    progress: (message) => assignment.progress(doneIn(assignment.steps), assignment.steps.length, message),
    warn: (message) => void assignment.warnings.add(message),
    ...particulars,
  };
}

/** Of a service: `tcp:127.0.0.1:80`. */
function portsOf(resource: Primitive): number[] {
  const listens = resource.type === 'service' ? (resource.spec.listens ?? []) : [];
  const addresses = listens.filter((address) => address.startsWith('tcp:'));
  return addresses.map((address) => Number(address.slice(address.lastIndexOf(':') + 1)));
}

function doneIn(steps: readonly Step[]): number {
  return steps.filter(({ state }) => state === 'done').length;
}
