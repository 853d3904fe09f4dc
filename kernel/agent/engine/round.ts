import { Refusal, toRefusal } from '../primitives/refusal.ts';
import type { Address } from '../system/system.ts';
import { type Activated, type Activation, activate } from './activation.ts';
import { findGuilty } from './bisection.ts';
import { Entrant, type Entry, type Half } from './entrant.ts';
import { bringServicesBack } from './services-back.ts';
import { type Step, stepOf } from './step.ts';
import { validate } from './validation.ts';
import { knownServices, type ServiceSpec, type Touch, touchOf } from './watches.ts';
import type { Workshop } from './workshop.ts';

/** Of a file that a step writes or takes away. */
interface WatchedSpec {
  readonly path: string;
  readonly listens?: readonly Address[];
}

type Parts = Pick<Workshop, 'system' | 'store' | 'log' | 'crash'>;

/** Takes the changes of several owners into the services that read them, together, and says whose were refused. */
export async function runRound(entries: readonly Entry[], parts: Parts): Promise<Map<Entry, Refusal>> {
  const round = new Round(entries, parts);
  try {
    await round.make('writes');
    await round.make('removals');
    return round.refusals;
  } catch (cause) {
    await round.takeBack();
    // A service that fails names nobody. Each for itself, only the guilty fails again.
    if (entries.length === 1) return new Map(entries.map((entry) => [entry, toRefusal(cause)]));
    const alone = [];
    for (const entry of entries) alone.push(...(await runRound([entry], parts)));
    return new Map(alone);
  }
}

class Round {
  readonly #entrants: readonly Entrant[];
  readonly #parts: Parts;
  /** In the order in which they start. */
  readonly #services: readonly ServiceSpec[];
  /** Files and services that changed since their services were last told, by whichever owner. */
  #untold: { entrant: Entrant; step: Step }[] = [];

  constructor(entries: readonly Entry[], parts: Parts) {
    this.#entrants = entries.map((entry) => new Entrant(entry));
    this.#parts = parts;
    this.#services = servicesWith(this.#entrants, parts.store);
  }

  get refusals(): Map<Entry, Refusal> {
    return new Map(
      this.#entrants.flatMap(({ entry, refusal }): [Entry, Refusal][] => (refusal ? [[entry, refusal]] : [])),
    );
  }

  /** Makes one half of the changes, has them validated, and tells the services. */
  async make(half: Half): Promise<void> {
    const concerned = this.#entrants.filter(({ entry, refusal }) => !refusal && entry[half].length > 0);
    if (concerned.length === 0) return;
    await Promise.all(concerned.map((entrant) => entrant.hold(half)));
    await this.#parts.crash(`round.${half}.made`);
    await this.#sift(concerned, half);
    await this.#parts.crash(`round.${half}.validated`);
    for (const entrant of concerned) if (entrant.holds(half)) this.#note(entrant, half);
    await this.#tell(half === 'writes' ? this.#services : [...this.#services].reverse());
    await this.#parts.crash(`round.${half}.told`);
  }

  /** Leaves everything as it was before the round. */
  async takeBack(): Promise<void> {
    const touched = this.#entrants.flatMap((entrant) => entrant.heldSteps());
    for (const entrant of [...this.#entrants].reverse()) await entrant.releaseAll();
    await bringServicesBack(pathsOf(touched), this.#parts);
  }

  /** Takes back what the services refuse. */
  async #sift(concerned: readonly Entrant[], half: Half): Promise<void> {
    const { system } = this.#parts;
    const held = concerned.filter((entrant) => entrant.holds(half));
    const concern = (service: ServiceSpec) => concerned.some((entrant) => concerns(service, entrant, half));
    const first = await validate(this.#services.filter(concern), system);
    if (first.accepted) return;
    const { guilty, before } = await findGuilty(held, {
      suspects: held.filter((entrant) => isNamed(entrant, half, first.words)),
      words: first.words,
      accepts: async (some) => {
        for (const entrant of held) if (!some.includes(entrant)) await entrant.release(half);
        for (const entrant of some) await entrant.hold(half);
        return validate(servicesWith(some, this.#parts.store).filter(concern), system);
      },
    });
    for (const entrant of held) {
      const words = guilty.get(entrant) ?? before;
      if (words === undefined) await entrant.hold(half);
      else await this.#refuse(entrant, half, before === undefined ? refusedConfiguration(words) : brokenBefore(words));
    }
  }

  /** Its files are as before. If a service was told of them already, it has to be told again. */
  async #refuse(entrant: Entrant, half: Half, refusal: Refusal): Promise<void> {
    entrant.refusal = refusal;
    if (half === 'removals') this.#note(entrant, 'writes');
    await entrant.releaseAll();
  }

  #note(entrant: Entrant, half: Half): void {
    for (const step of entrant.entry[half]) this.#untold.push({ entrant, step });
  }

  /** One service after the other: what stands behind a service has to be there when the service sends people to it. */
  async #tell(services: readonly ServiceSpec[]): Promise<void> {
    const untold = this.#untold;
    this.#untold = [];
    for (const service of services) {
      const reasons = untold.filter(({ step }) => touchBy(step, service) !== undefined);
      if (reasons.length === 0) continue;
      const start = this.#parts.system.clock.now();
      const activated = await activate(
        activationOf(
          service,
          reasons.map(({ step }) => step),
        ),
        this.#parts.system,
      );
      const milliseconds = this.#parts.system.clock.now() - start;
      const told = new Set(reasons.map(({ entrant }) => entrant));
      for (const { entry } of told) entry.tell(toldStep(service, activated, { milliseconds, owners: told.size }));
      await this.#parts.crash(`round.told.${service.name}`);
    }
  }
}

/** A service that an owner brings, or changes, is another one without that owner. */
function servicesWith(entrants: readonly Entrant[], store: Parts['store']): ServiceSpec[] {
  return knownServices(store, {
    coming: entrants.flatMap(({ entry }) => entry.services),
    leaving: entrants.flatMap(({ entry }) => entry.leaving),
  });
}

function concerns(service: ServiceSpec, { entry }: Entrant, half: Half): boolean {
  return entry[half].some((step) => touchBy(step, service) !== undefined);
}

function touchBy({ type, task }: Step, service: ServiceSpec): Touch | 'changed' | undefined {
  if (type === 'service') return (task.spec as ServiceSpec).name === service.name ? 'changed' : undefined;
  return touchOf(service, (task.spec as WatchedSpec).path);
}

/** Paths of the files that steps write or take away. */
export function pathsOf(steps: readonly Step[]): string[] {
  return steps.filter(({ type }) => type !== 'service').map(({ task }) => (task.spec as WatchedSpec).path);
}

function activationOf(service: ServiceSpec, steps: readonly Step[]): Activation {
  const touches = steps.map((step) => touchBy(step, service));
  const touch = touches.includes('changed') ? 'changed' : touches.includes('restart') ? 'restart' : 'reload';
  const written = steps.filter(({ kind, state }) => kind !== 'removal' && state === 'done');
  return { service, touch, listens: written.flatMap(({ task }) => (task.spec as WatchedSpec).listens ?? []) };
}

function isNamed({ entry }: Entrant, half: Half, words: string): boolean {
  return entry[half].some(({ task }) => words.includes((task.spec as Partial<WatchedSpec>).path ?? '\0'));
}

function toldStep(
  { name }: ServiceSpec,
  activated: Activated,
  { milliseconds, owners }: { milliseconds: number; owners: number },
): Step {
  const key = `service:${name}`;
  const company = owners > 1 ? `, together for ${owners} owners` : '';
  const words = { start: 'started', stop: 'stopped', restart: 'restarted', reload: 'reloaded', none: 'left alone' };
  const action = activated === 'reload' ? 'reload' : 'restart';
  const summary = `${words[activated]}${company}`;
  const step = stepOf({ kind: 'plain', key, type: 'service', action, summary, task: { key, spec: {} as never } });
  return { ...step, state: 'done', milliseconds };
}

function refusedConfiguration(words: string): Refusal {
  return new Refusal('ConfigurationRefused', words.slice(-4000), { output: words });
}

function brokenBefore(words: string): Refusal {
  const message = `The service's configuration was refused before this change, so nothing can be added to it: ${words.slice(-2000)}`;
  return new Refusal('ServiceBroken', message, { retryAfter: 30, output: words });
}
