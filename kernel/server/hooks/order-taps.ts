import type { TapBand } from '@freehold/sdk';

/** What counts for the order of a tap. A plugin taps a hook once. */
export interface Orderable {
  readonly plugin: string;
  readonly band: TapBand;
  /** Plugins that come before it. Those that are absent, or in another band, do not count. */
  readonly after: readonly string[];
}

export const BANDS: readonly TapBand[] = ['first', 'validate', 'normal', 'late', 'observe'];

export interface Ordered<Tap> {
  readonly taps: readonly Tap[];
  /** Plugins that wait for each other, each cycle starting with its least id. Their ids decide. */
  readonly cycles: readonly (readonly string[])[];
}

/** Bands in their order, within a band `after`, otherwise the plugin's id. The order of the argument does not matter. */
export function orderTaps<Tap extends Orderable>(taps: readonly Tap[]): Ordered<Tap> {
  const bands = BANDS.map((band) => orderBand(taps.filter((tap) => tap.band === band)));
  return { taps: bands.flatMap((band) => band.taps), cycles: bands.flatMap((band) => band.cycles) };
}

function orderBand<Tap extends Orderable>(taps: readonly Tap[]): Ordered<Tap> {
  const waiting = new Map(taps.toSorted(byPlugin).map((tap) => [tap.plugin, tap]));
  const placed: Tap[] = [];
  const cycles: string[][] = [];
  while (waiting.size > 0) {
    const free = [...waiting.values()].find(
      (tap) => !tap.after.some((other) => other !== tap.plugin && waiting.has(other)),
    );
    const cycle = free ? [] : findCycle(waiting);
    if (!free) cycles.push(cycle);
    const next = free ?? (waiting.get(cycle[0] as string) as Tap);
    waiting.delete(next.plugin);
    placed.push(next);
  }
  return { taps: placed, cycles };
}

/** Follows what each waits for until a plugin comes up again. Only called when every one waits for another. */
function findCycle(waiting: ReadonlyMap<string, Orderable>): string[] {
  const path: string[] = [];
  let plugin = waiting.keys().next().value as string;
  while (!path.includes(plugin)) {
    path.push(plugin);
    const { after } = waiting.get(plugin) as Orderable;
    plugin = after.toSorted().find((other) => other !== plugin && waiting.has(other)) as string;
  }
  const cycle = path.slice(path.indexOf(plugin));
  const least = cycle.indexOf(cycle.toSorted()[0] as string);
  return [...cycle.slice(least), ...cycle.slice(0, least)];
}

function byPlugin(a: Orderable, b: Orderable): number {
  return a.plugin < b.plugin ? -1 : 1;
}
