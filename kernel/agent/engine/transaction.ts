import type { LoweredResource } from '@freehold/sdk/protocol';
import type { datasetHandler } from '../primitives/dataset.ts';
import { handlerOf } from '../primitives/index.ts';
import type { Context } from '../primitives/primitive.ts';
import type { Recorded } from '../store/inventory.ts';
import { type Assignment, contextOf } from './assignment.ts';
import { type Compared, type Comparison, taskOf } from './compare.ts';
import { cutIntoStages, type Stage, stepsOf } from './stages.ts';
import { type Step, stepOf } from './step.ts';
import { isWatched, knownServices, type ServiceSpec } from './watches.ts';

/** All that one apply will do, written down with its way back before any of it is done. */
export interface Transaction {
  readonly assignment: Assignment;
  readonly comparison: Comparison;
  readonly context: Context;
  /** Its number in the journal. */
  readonly journal: number;
  readonly stages: readonly Stage[];
  /** Of programs whose data is about to be removed. */
  readonly dumps: readonly Dump[];
  /** What is taken away after the commit, latest first. */
  readonly leaving: readonly Recorded[];
}

export interface Dump {
  readonly step: Step;
  readonly dataset: Recorded;
  readonly folder: string;
}

/** Plans the steps and opens the journal; undefined when there is nothing to do. */
export async function open(assignment: Assignment, comparison: Comparison): Promise<Transaction | undefined> {
  const different = comparison.compared.filter(({ finding }) => finding.kind === 'different');
  if (different.length === 0 && comparison.leaving.length === 0) return undefined;
  const context = contextOf(assignment, { changed: new Set(different.map(({ key }) => key)) });
  const services = servicesFor(assignment, comparison);
  const steps = await Promise.all(different.map((compared) => changeStep(compared, services, context)));
  const watchedRemovals = comparison.leaving.filter((recorded) => isTakenInRound(recorded, services));
  const removals = await Promise.all(watchedRemovals.map((recorded) => removalStep(recorded, comparison, context)));
  const stages = cutIntoStages(steps, removals);
  const dumps = comparison.leaving.filter(keepsProgramData).map((dataset) => dumpStep(dataset, assignment));
  const all = [...stages.flatMap(stepsOf), ...dumps.map(({ step }) => step)];
  const { store } = assignment.workshop;
  const journal = store.transaction(() => store.journal.open(assignment.wanted.owner, all.map(journaled)));
  assignment.steps.push(...all);
  const leaving = comparison.leaving.filter((recorded) => !watchedRemovals.includes(recorded));
  return { assignment, comparison, context, journal, stages, dumps, leaving };
}

/** A document made of the inventory: what to compare with when nobody sends one. */
export function recordedResources(inventory: readonly Recorded[]): LoweredResource[] {
  return inventory.filter(({ leaving }) => !leaving).map(({ resource, plugin, via }) => ({ resource, plugin, via }));
}

function servicesFor({ wanted, workshop }: Assignment, { leaving }: Comparison): ServiceSpec[] {
  const coming = wanted.resources.map(({ resource }) => resource).filter((resource) => resource.type === 'service');
  const gone = leaving.map(({ resource }) => resource).filter((resource) => resource.type === 'service');
  return knownServices(workshop.store, {
    coming: coming.map(({ spec }) => spec),
    leaving: gone.map(({ spec }) => spec.name),
  });
}

async function changeStep(compared: Compared, services: readonly ServiceSpec[], context: Context): Promise<Step> {
  const { key, resource, task, finding } = compared;
  if (finding.kind !== 'different') throw new TypeError(`${key} is not different`);
  const { action, summary, diff } = finding;
  const kind = resource.type === 'service' ? 'service' : isWatched(resource, services) ? 'watched' : 'plain';
  const inverse = await handlerOf(resource.type).inverse?.(task, context);
  return stepOf({ kind, key, type: resource.type, action, summary, diff, task, inverse });
}

async function removalStep(recorded: Recorded, { possession }: Comparison, context: Context): Promise<Step> {
  const { key, resource } = recorded;
  const task = taskOf(resource, recorded, { now: possession.secrets, before: possession.secrets });
  const inverse = await handlerOf(resource.type).inverse?.(task, context);
  return stepOf({ kind: 'removal', key, type: resource.type, action: 'remove', summary: 'removes it', task, inverse });
}

/** What a dataset carries to the trash goes with it, unless a service reads it. */
function isTakenInRound({ resource }: Recorded, services: readonly ServiceSpec[]): boolean {
  return isWatched(resource, services);
}

function keepsProgramData({ resource }: Recorded): boolean {
  return resource.type === 'dataset' && resource.spec.program !== undefined;
}

function dumpStep(dataset: Recorded, { trash }: Assignment): Dump {
  const { key, resource } = dataset;
  const folder = trash.folderFor(resource.id);
  const inverse: Parameters<NonNullable<typeof datasetHandler.undo>>[0] = { kind: 'dumped', folder };
  const task = { key, spec: resource.spec };
  const summary = 'saves what its program keeps';
  const step = stepOf({ kind: 'dump', key, type: 'dataset', action: 'remove', summary, task, inverse });
  return { step, dataset, folder };
}

function journaled({ key, type, inverse }: Step) {
  return { key, type, inverse };
}
