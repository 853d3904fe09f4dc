import type { CallContext, Hook, HookKind, TapBand } from '@freehold/sdk';
import { PluginError, type PluginFunction, reasonOf } from '../plugin-host/boundary/plugin-error.ts';
import { type PluginScope, runInScope } from '../plugin-host/boundary/plugin-scope.ts';
import type { TapStatus } from '../plugin-host/plugin-host.ts';
import { copyJson, NotJsonError } from '../schema/json-copy.ts';
import type { Clock } from '../time/clock.ts';
import { type BreakerLimits, CircuitBreaker } from './circuit-breaker.ts';
import { DurationHistogram } from './duration-histogram.ts';
import { withTimeLimit } from './time-limit.ts';

/** What a plugin declared in its setup. */
export interface TapDeclaration {
  readonly plugin: string;
  readonly hook: Pick<Hook<HookKind>, 'id' | 'kind'>;
  readonly band: TapBand;
  readonly after: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
  readonly handler: (input: never, context: CallContext) => Promise<unknown>;
}

export interface TapSurroundings {
  readonly clock: Clock;
  readonly breaker: BreakerLimits;
  readonly scope: PluginScope;
  /** Of every call of this plugin, but for its signal. */
  readonly context: Omit<CallContext, 'signal'>;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
  /** Told when the breaker opens. */
  readonly onOpen: (what: string) => void;
}

/** One tap of one plugin: called within its time limit, measured, and left alone while it keeps failing. */
export class Tap {
  readonly declaration: TapDeclaration;
  readonly #surroundings: TapSurroundings;
  readonly #breaker: CircuitBreaker;
  readonly #durations = new DurationHistogram();
  #calls = 0;
  #failures = 0;

  constructor(declaration: TapDeclaration, surroundings: TapSurroundings) {
    const { clock, breaker, onOpen } = surroundings;
    this.declaration = declaration;
    this.#surroundings = surroundings;
    this.#breaker = new CircuitBreaker(breaker, clock, () =>
      onOpen(`its tap of ${declaration.hook.id} failed ${breaker.failures} times in a row`),
    );
  }

  get plugin(): string {
    return this.declaration.plugin;
  }

  get band(): TapBand {
    return this.declaration.band;
  }

  get after(): readonly string[] {
    return this.declaration.after;
  }

  status(): TapStatus {
    const { state: breaker } = this.#breaker;
    const p95 = this.#durations.quantile(0.95);
    return { hook: this.declaration.hook.id, calls: this.#calls, failures: this.#failures, p95, breaker };
  }

  /**
   * Calls the handler with frozen JSON. `refine` turns its answer, frozen JSON by then, into a result, or throws when its contract does
   * not allow it: that counts as a failure of the tap like any other.
   *
   * @throws PluginError
   */
  async call<Result>(input: unknown, refine: (answer: unknown) => Result): Promise<Result> {
    const passage = this.#breaker.enter();
    if (!passage) throw this.#unavailable();
    const { clock } = this.#surroundings;
    const start = clock.now().getTime();
    this.#calls++;
    try {
      const result = this.#refined(await this.#answer(input), refine);
      passage.succeed();
      return result;
    } catch (cause) {
      this.#failures++;
      passage.fail();
      throw cause;
    } finally {
      this.#durations.record(clock.now().getTime() - start);
    }
  }

  async #answer(input: unknown): Promise<unknown> {
    const { clock, context, scope, stopping } = this.#surroundings;
    const { handler, timeout } = this.declaration;
    try {
      return await withTimeLimit({ clock, milliseconds: timeout, stopping }, (signal) =>
        runInScope(scope, async () => handler(input as never, { ...context, signal })),
      );
    } catch (cause) {
      const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
      const reason = timedOut ? `it did not answer within ${timeout} ms` : `it failed: ${reasonOf(cause)}`;
      throw new PluginError(timedOut ? 'timeout' : 'threw', this.#where, { reason, cause });
    }
  }

  #refined<Result>(answer: unknown, refine: (answer: unknown) => Result): Result {
    try {
      return refine(answer === undefined ? undefined : copyJson(answer, { freeze: true }));
    } catch (cause) {
      const code = cause instanceof NotJsonError ? 'not-json' : 'bad-result';
      throw new PluginError(code, this.#where, { reason: `it gave a bad answer: ${reasonOf(cause)}`, cause });
    }
  }

  #unavailable(): PluginError {
    const seconds = Math.ceil(this.#breaker.reopensIn / 1000);
    const reason = `it kept failing and is left alone for ${seconds} more seconds`;
    return new PluginError('unavailable', this.#where, { reason });
  }

  get #where(): PluginFunction {
    return { plugin: this.plugin, name: `tap of ${this.declaration.hook.id}` };
  }
}
