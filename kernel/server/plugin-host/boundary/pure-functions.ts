import type { Log } from '../../log/logger.ts';
import type { CompiledSchema } from '../../schema/compile-schema.ts';
import { copyJson, NotJsonError } from '../../schema/json-copy.ts';
import type { Clock } from '../../time/clock.ts';
import { PluginError, type PluginFunction, reasonOf } from './plugin-error.ts';
import { type PluginScope, runInScope } from './plugin-scope.ts';

/** A call that takes longer holds up everybody on this server. */
const SLOW_MILLISECONDS = 1000;

export interface PureFunctionOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly scopeOf: (plugin: string) => PluginScope;
  /** Told of each call that ended, and whether it held up the server. */
  readonly onCall: (where: PluginFunction, slow: boolean) => void;
  /** Asks every question twice and refuses functions that answer in two ways. For tests. */
  readonly verifyPurity: boolean;
}

/** Calls functions of plugins that are synchronous and pure: what goes in and what comes out is frozen JSON of its own. */
export class PureFunctions {
  readonly #options: PureFunctionOptions;

  constructor(options: PureFunctionOptions) {
    this.#options = options;
  }

  /**
   * @param input JSON, but for a member `secret`, which is a function
   * @param contract what the answer must match
   * @throws PluginError
   */
  call<Output>(
    where: PluginFunction,
    pure: (input: never) => Output,
    { input, contract }: { input: object; contract?: Pick<CompiledSchema, 'validate'> },
  ): Output {
    const frozen = freezeInput(input);
    const output = this.#measured(where, () => this.#answer(where, () => pure(frozen as never)));
    if (this.#options.verifyPurity)
      refuseDifference(
        where,
        output,
        this.#answer(where, () => pure(frozen as never)),
      );
    const problem = contract?.validate(output).problems[0];
    if (!problem) return output;
    const { pointer, message, remedy = '' } = problem;
    const reason = `its answer is not what the contract says: ${pointer || 'the whole answer'}: ${message} ${remedy}`;
    throw new PluginError('bad-result', where, { reason: reason.trim() });
  }

  #answer<Output>(where: PluginFunction, ask: () => Output): Output {
    const output = this.#guarded(where, ask);
    if (isThenable(output)) {
      output.then(undefined, () => undefined);
      throw new PluginError('asynchronous', where, { reason: 'it gave a promise; it must give its answer at once' });
    }
    try {
      return copyJson(output, { freeze: true }) as Output;
    } catch (cause) {
      const code = cause instanceof NotJsonError ? 'not-json' : 'threw';
      throw new PluginError(code, where, { reason: `its answer is no JSON: ${reasonOf(cause)}`, cause });
    }
  }

  #guarded<Output>(where: PluginFunction, ask: () => Output): Output {
    try {
      return runInScope(this.#options.scopeOf(where.plugin), ask);
    } catch (cause) {
      throw new PluginError('threw', where, { reason: `it failed: ${reasonOf(cause)}`, cause });
    }
  }

  #measured<Output>(where: PluginFunction, ask: () => Output): Output {
    const { clock, log, onCall } = this.#options;
    const start = clock.now().getTime();
    try {
      return ask();
    } finally {
      const milliseconds = clock.now().getTime() - start;
      const slow = milliseconds > SLOW_MILLISECONDS;
      if (slow) log.warn({ ...where, milliseconds }, 'A function of a plugin held up the server');
      onCall(where, slow);
    }
  }
}

function freezeInput(input: object): object {
  if (!('secret' in input)) return copyJson(input, { freeze: true }) as object;
  const { secret, ...data } = input;
  return Object.freeze({ ...(copyJson(data, { freeze: true }) as object), secret });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function refuseDifference(where: PluginFunction, first: unknown, second: unknown): void {
  const [a, b] = [JSON.stringify(first), JSON.stringify(second)];
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at++;
  const [before, after] = [a, b].map((text) => text.slice(Math.max(0, at - 40), at + 40));
  throw new PluginError('not-pure', where, {
    reason: `it gave two answers to the same question: …${before}… and then …${after}…`,
  });
}
