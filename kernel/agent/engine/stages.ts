import type { Step } from './step.ts';

/** A part of an apply that ends with the services having taken it in. */
export interface Stage {
  /** In order, each as soon as the one before it is done. */
  readonly plain: readonly Step[];
  /** In the commit round: what services read, then the services themselves. */
  readonly watched: readonly Step[];
  readonly services: readonly Step[];
  /** At the end of the commit round. */
  readonly removals: readonly Step[];
}

/**
 * Cuts the steps, which stand in the order of the document, into stages. There is one, unless a command stands after a
 * service that is started or changed: it may need that service, so it waits for it.
 */
export function cutIntoStages(steps: readonly Step[], removals: readonly Step[]): Stage[] {
  const cuts: Step[][] = [[]];
  for (const step of steps) {
    const current = cuts.at(-1) as Step[];
    if (needsPrograms(step) && current.some(({ kind }) => kind === 'service')) cuts.push([step]);
    else current.push(step);
  }
  return cuts.map((cut, index) => ({
    plain: cut.filter(({ kind }) => kind === 'plain'),
    watched: cut.filter(({ kind }) => kind === 'watched'),
    services: cut.filter(({ kind }) => kind === 'service'),
    removals: index === cuts.length - 1 ? removals : [],
  }));
}

/** In the order in which they are done. */
export function stepsOf({ plain, watched, services, removals }: Stage): Step[] {
  return [...plain, ...watched, ...services, ...removals];
}

export function needsRound({ watched, services, removals }: Stage): boolean {
  return watched.length + services.length + removals.length > 0;
}

function needsPrograms({ type, task }: Step): boolean {
  return type === 'command' || (type === 'dataset' && 'program' in (task.spec as object));
}
