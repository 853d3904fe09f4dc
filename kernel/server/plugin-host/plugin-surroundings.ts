import type { CallContext } from '@freehold/sdk';
import { Tap, type TapSurroundings } from '../hooks/tap.ts';
import type { Log } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import { reasonOf } from './boundary/plugin-error.ts';
import type { PluginScope } from './boundary/plugin-scope.ts';
import type { PluginHostLimits } from './limits.ts';
import type { PluginEntry } from './plugin-entry.ts';
import type { Supervisor } from './supervisor.ts';

type Started = Pick<PluginEntry, 'found' | 'started'>;

/** What the code of each plugin runs in: its scope, its context, its limits. */
export class PluginSurroundings {
  readonly stopping: AbortSignal;
  readonly clock: Clock;
  readonly #log: Log;
  readonly #limits: PluginHostLimits;
  readonly #supervisor: Supervisor;

  constructor(parts: {
    stopping: AbortSignal;
    clock: Clock;
    log: Log;
    limits: PluginHostLimits;
    supervisor: Supervisor;
  }) {
    this.stopping = parts.stopping;
    this.clock = parts.clock;
    this.#log = parts.log;
    this.#limits = parts.limits;
    this.#supervisor = parts.supervisor;
  }

  scopeOf(plugin: string): PluginScope {
    return {
      plugin,
      onEscaped: (error) => {
        this.#log.error({ plugin, error: reasonOf(error) }, 'A plugin let an error escape');
        this.#supervisor.recordStrike(plugin, `it let an error escape (${reasonOf(error)})`);
      },
    };
  }

  contextOf({ found, started }: Started): Omit<CallContext, 'signal'> {
    const log = this.#log.child({ plugin: found.id });
    return Object.freeze({
      config: started?.config,
      log: Object.freeze({
        info: (message: string, fields: object = {}) => log.info({ fields }, message),
        warn: (message: string, fields: object = {}) => log.warn({ fields }, message),
        error: (message: string, fields: object = {}) => log.error({ fields }, message),
      }),
    });
  }

  /** New ones, with closed breakers. */
  makeTaps(entry: Started): readonly Tap[] {
    const { breakerFailures, breakerPause } = this.#limits;
    const surroundings: TapSurroundings = {
      clock: this.clock,
      breaker: { failures: breakerFailures, pause: breakerPause },
      scope: this.scopeOf(entry.found.id),
      context: this.contextOf(entry),
      stopping: this.stopping,
      onOpen: (what) => this.#supervisor.recordStrike(entry.found.id, what),
    };
    return (entry.started?.declarations.taps ?? []).map((declaration) => new Tap(declaration, surroundings));
  }
}
