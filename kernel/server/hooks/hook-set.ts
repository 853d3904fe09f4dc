import type { Hook, HookKind, Problem, TSchema, Verdict } from '@freehold/sdk';
import { AsyncParallelHook, AsyncSeriesBailHook, AsyncSeriesWaterfallHook } from 'tapable';
import type { Log } from '../log/logger.ts';
import type { PluginError } from '../plugin-host/boundary/plugin-error.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { orderTaps } from './order-taps.ts';
import type { Tap } from './tap.ts';

export type AttributedVerdict = Verdict & { readonly plugin?: string };
export interface AttributedItem {
  readonly plugin: string;
  readonly item: unknown;
}

/** A value as it goes from tap to tap, with the check that every tap's result must pass. */
interface FilterCall {
  readonly value: unknown;
  readonly validate: (value: unknown) => readonly Problem[];
}

/**
 * The taps of all running plugins, built once and never changed: when a plugin comes or goes, a new set takes its place,
 * and calls that are under way finish on the old one. Tapable knows no way to take a tap out.
 */
export class HookSet {
  /** Plugins whose taps of a hook wait for each other. */
  readonly cycles: readonly { readonly hook: string; readonly plugins: readonly string[] }[];
  readonly #taps: ReadonlyMap<string, readonly Tap[]>;
  readonly #hooks = new Map<string, unknown>();
  readonly #log: Log;

  constructor(taps: readonly Tap[], log: Log) {
    const byHook = Map.groupBy(taps, (tap) => tap.declaration.hook.id);
    const ordered = [...byHook].map(([hook, its]) => ({ hook, ...orderTaps(its) }));
    this.#taps = new Map(ordered.map(({ hook, taps: inOrder }) => [hook, inOrder]));
    this.cycles = ordered.flatMap(({ hook, cycles }) => cycles.map((plugins) => ({ hook, plugins })));
    this.#log = log;
  }

  gate(hook: Hook<'gate'>): AsyncSeriesBailHook<[unknown], AttributedVerdict | undefined> {
    return this.#built(hook, () => {
      const built = new AsyncSeriesBailHook<[unknown], AttributedVerdict | undefined>(['input'], hook.id);
      for (const tap of this.taps(hook.id)) built.tapPromise(tap.plugin, async (input) => this.#verdict(tap, input));
      return built;
    });
  }

  filter(hook: Hook<'filter'>): AsyncSeriesWaterfallHook<[FilterCall], FilterCall> {
    return this.#built(hook, () => {
      const built = new AsyncSeriesWaterfallHook<[FilterCall], FilterCall>(['call'], hook.id);
      const check = checkOf(hook.input);
      for (const tap of this.taps(hook.id))
        built.tapPromise(tap.plugin, async (call) => {
          const accept = (answer: unknown) => refuseProblems(check(answer), call.validate);
          return { ...call, value: await this.#orElse(call.value, () => tap.call(call.value, accept)) };
        });
      return built;
    });
  }

  collect(hook: Hook<'collect'>): AsyncParallelHook<[unknown, AttributedItem[][]]> {
    return this.#built(hook, () => {
      const built = new AsyncParallelHook<[unknown, AttributedItem[][]]>(['input', 'items'], hook.id);
      const check = checkOf({ type: 'array', items: hook.output ?? {} });
      for (const [place, tap] of this.taps(hook.id).entries())
        built.tapPromise(tap.plugin, async (input, items) => {
          const found = await this.#orElse([], () => tap.call(input, check));
          items[place] = (found as unknown[]).map((item) => ({ plugin: tap.plugin, item }));
        });
      return built;
    });
  }

  first(hook: Hook<'first'>): AsyncSeriesBailHook<[unknown], unknown> {
    return this.#built(hook, () => {
      const built = new AsyncSeriesBailHook<[unknown], unknown>(['input'], hook.id);
      const check = checkOf(hook.output ?? {});
      const accept = (answer: unknown) => (answer === undefined ? undefined : check(answer));
      for (const tap of this.taps(hook.id))
        built.tapPromise(tap.plugin, async (input) => this.#orElse(undefined, () => tap.call(input, accept)));
      return built;
    });
  }

  /** In the order in which they are asked. */
  taps(hook: string): readonly Tap[] {
    return this.#taps.get(hook) ?? [];
  }

  #built<Built>({ id }: Hook<HookKind>, build: () => Built): Built {
    const built = (this.#hooks.get(id) as Built | undefined) ?? build();
    this.#hooks.set(id, built);
    return built;
  }

  /** A gate that cannot say yes says no: nobody gets past it by making it fail. */
  async #verdict(tap: Tap, input: unknown): Promise<AttributedVerdict | undefined> {
    try {
      const verdict = await tap.call(input, checkVerdict);
      return verdict.allow ? undefined : { ...verdict, plugin: tap.plugin };
    } catch (error) {
      this.#record(error);
      const reason = `The plugin ${tap.plugin} must agree and cannot answer now. Try again in a minute; if it stays so, ask the operator.`;
      return { allow: false, reason, plugin: tap.plugin };
    }
  }

  async #orElse<Value>(fallback: Value, ask: () => Promise<Value>): Promise<Value> {
    try {
      return await ask();
    } catch (error) {
      this.#record(error);
      return fallback;
    }
  }

  #record(error: unknown): void {
    const { plugin, function: tap, code, reason } = error as PluginError;
    this.#log.warn({ plugin, tap, code, reason }, 'A tap was left out');
  }
}

const checkVerdict = checkOf({
  anyOf: [
    { type: 'object', properties: { allow: { const: true } }, required: ['allow'], additionalProperties: false },
    {
      type: 'object',
      properties: { allow: { const: false }, reason: { type: 'string', minLength: 1, maxLength: 2000 } },
      required: ['allow', 'reason'],
      additionalProperties: false,
    },
  ],
}) as (answer: unknown) => Verdict;

/** Gives the answer back, or throws what is wrong with it. */
function checkOf(schema: TSchema): (answer: unknown) => unknown {
  const { validate } = compileSchema(schema);
  return (answer) => refuseProblems(answer, (value) => validate(value).problems);
}

function refuseProblems(value: unknown, validate: (value: unknown) => readonly Problem[]): unknown {
  const [problem] = validate(value);
  if (problem) throw new Error(`${problem.pointer || 'the whole answer'}: ${problem.message}`);
  return value;
}
