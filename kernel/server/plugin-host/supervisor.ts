import type { Clock } from '../time/clock.ts';
import type { PluginFunction } from './boundary/plugin-error.ts';

export interface SupervisorLimits {
  /** Slow calls of one function in a row that count as one strike. */
  readonly slowCalls: number;
  /** Strikes within the window after which a plugin is quarantined. */
  readonly strikes: number;
  /** Milliseconds. */
  readonly window: number;
}

/** Counts what goes wrong with plugins while they run, and says when it is enough. */
export class Supervisor {
  readonly #limits: SupervisorLimits;
  readonly #clock: Clock;
  readonly #onEnough: (plugin: string, reason: string) => void;
  readonly #strikes = new Map<string, { at: number; what: string }[]>();
  readonly #slowInRow = new Map<string, number>();

  constructor(limits: SupervisorLimits, clock: Clock, onEnough: (plugin: string, reason: string) => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#onEnough = onEnough;
  }

  /** @param what has gone wrong, as the rest of a sentence: "its tap of app.spec failed 5 times in a row" */
  recordStrike(plugin: string, what: string): void {
    const { window, strikes } = this.#limits;
    const now = this.#clock.now().getTime();
    const recent = (this.#strikes.get(plugin) ?? []).filter(({ at }) => at > now - window);
    recent.push({ at: now, what });
    this.#strikes.set(plugin, recent);
    if (recent.length < strikes) return;
    this.forget(plugin);
    const minutes = Math.round(window / 60_000);
    const reasons = [...new Set(recent.map((strike) => strike.what))].join('; ');
    this.#onEnough(plugin, `It failed ${recent.length} times within ${minutes} minutes: ${reasons}.`);
  }

  recordCall({ plugin, name }: PluginFunction, slow: boolean): void {
    const key = `${plugin} ${name}`;
    const inRow = slow ? (this.#slowInRow.get(key) ?? 0) + 1 : 0;
    this.#slowInRow.set(key, inRow % this.#limits.slowCalls);
    if (inRow >= this.#limits.slowCalls)
      this.recordStrike(plugin, `${name} held up the server ${inRow} times in a row`);
  }

  /** Starts anew: the plugin was reset. */
  forget(plugin: string): void {
    this.#strikes.delete(plugin);
  }
}
