/**
 * The shortest way from each node back to itself, each cycle once, starting with its least node. Edges that lead nowhere
 * are ignored.
 */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles = new Map<string, string[]>();
  for (const start of [...edges.keys()].sort()) {
    const cycle = shortestWayBack(start, edges);
    if (cycle) cycles.set(rotated(cycle).join(' '), rotated(cycle));
  }
  return [...cycles.values()];
}

function shortestWayBack(start: string, edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const seen = new Set<string>();
  let paths = [[start]];
  while (paths.length > 0) {
    const longer: string[][] = [];
    for (const path of paths)
      for (const next of edges.get(path.at(-1) as string) ?? []) {
        if (next === start) return path;
        if (seen.has(next)) continue;
        seen.add(next);
        longer.push([...path, next]);
      }
    paths = longer;
  }
  return undefined;
}

function rotated(cycle: readonly string[]): string[] {
  const least = cycle.indexOf(cycle.toSorted()[0] as string);
  return [...cycle.slice(least), ...cycle.slice(0, least)];
}
