import { sameJson } from '../json/same-json.ts';
import type { App } from '../store/entities/index.ts';

const fields = ['name', 'spec', 'lifecycle', 'suspended', 'release'] as const;
type Seen = Readonly<Partial<Record<(typeof fields)[number], unknown>>>;

/** How apps were when they were locked, as long as somebody holds them. */
const seen = new WeakMap<App, Seen>();

export function rememberApp(app: App): void {
  seen.set(app, stateOf(app));
}

/** What of an app differs from how it was when it was locked; of one that is new, all of it. */
export function describeChange(app: App): { before?: Seen; after?: Seen } {
  const [was, is] = [seen.get(app), stateOf(app)];
  if (!was) return { after: is };
  const changed = fields.filter((field) => !sameJson(was[field], is[field]));
  return changed.length === 0 ? {} : { before: pick(was, changed), after: pick(is, changed) };
}

function stateOf({ name, spec, lifecycle, suspended, release }: App): Seen {
  return { name, spec, lifecycle, suspended: [...suspended], release: release ?? null };
}

function pick(state: Seen, names: readonly (typeof fields)[number][]): Seen {
  return Object.fromEntries(names.map((name) => [name, state[name]]));
}
