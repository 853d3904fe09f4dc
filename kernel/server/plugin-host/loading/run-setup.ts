import type { CallContext, Hook, Job, Manifest, Plugin, SetupContext, TapOptions } from '@freehold/sdk';
import { Fields, Line, LocalId, Type } from '@freehold/sdk';
import { BANDS } from '../../hooks/order-taps.ts';
import type { TapDeclaration } from '../../hooks/tap.ts';
import { compileSchema } from '../../schema/compile-schema.ts';
import { reasonOf } from '../boundary/plugin-error.ts';
import { type PluginScope, runInScope } from '../boundary/plugin-scope.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';
import { compareNames } from './check-plugin.ts';

export interface JobDeclaration {
  readonly id: string;
  readonly schedule: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly handler: (context: CallContext) => Promise<void>;
}

export interface Declarations {
  readonly taps: readonly TapDeclaration[];
  readonly jobs: readonly JobDeclaration[];
}

export interface SetupSurroundings {
  readonly manifest: Manifest;
  readonly version: string;
  readonly hooks: ReadonlyMap<string, Hook>;
  readonly scope: PluginScope;
}

/** Lets a plugin declare its taps and jobs, and compares them with the manifest. */
export function runSetup(
  plugin: Plugin,
  surroundings: SetupSurroundings,
): Declarations & { problems: readonly PluginProblem[] } {
  const setup = new Setup(surroundings);
  setup.run(plugin);
  return setup;
}

const Options = compileSchema(
  Fields({
    band: Type.Optional(Type.Enum([...BANDS])),
    after: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 64 })),
    timeout: Type.Optional(Type.Number({ minimum: 1, maximum: 30_000 })),
  }),
);
const JobData = compileSchema(
  Fields({
    id: LocalId(),
    schedule: Line({ maxLength: 100 }),
    timeout: Type.Optional(Type.Number({ minimum: 1, maximum: 3_600_000 })),
  }),
);
const FIVE_CRON_FIELDS = /^[0-9*/,A-Za-z-]+(?: [0-9*/,A-Za-z-]+){4}$/;

class Setup implements Declarations {
  readonly taps: TapDeclaration[] = [];
  readonly jobs: JobDeclaration[] = [];
  readonly problems: PluginProblem[] = [];
  readonly #surroundings: SetupSurroundings;
  #over = false;

  constructor(surroundings: SetupSurroundings) {
    this.#surroundings = surroundings;
  }

  run(plugin: Plugin): void {
    const { scope, manifest } = this.#surroundings;
    try {
      const result: unknown = runInScope(scope, () => plugin.setup?.(this.#context()));
      if (result !== undefined) this.#refuseResult(result);
    } catch (error) {
      this.problems.push(pluginProblem('setup-failed', `Its setup failed: ${reasonOf(error)}`));
    }
    this.#over = true;
    if (this.problems.length > 0) return;
    const { taps = {}, jobs = [] } = manifest.contributes ?? {};
    compareNames('tap', {
      declared: Object.keys(taps),
      coded: this.taps.map((tap) => tap.hook.id),
      problems: this.problems,
    });
    compareNames('job', { declared: jobs, coded: this.jobs.map((job) => job.id), problems: this.problems });
  }

  #context(): SetupContext<never> {
    const { manifest, version } = this.#surroundings;
    return Object.freeze({
      plugin: Object.freeze({ id: manifest.id, version }),
      tap: (hook: Hook, handler: unknown, options: TapOptions = {}) => this.#tap(hook, handler, options, false),
      on: (event: Hook, handler: unknown) => this.#tap(event, handler, {}, true),
      job: (job: Job, handler: unknown) => this.#job(job, handler),
    }) as unknown as SetupContext<never>;
  }

  #tap(token: Hook, handler: unknown, options: TapOptions, asEvent: boolean): void {
    this.#refuseLateCall();
    const { hooks, manifest } = this.#surroundings;
    const known = hooks.get(token?.id);
    const problems = tapProblems(token, { known, handler, options, asEvent });
    if (!known || problems.length > 0) this.#refuse(`The tap of ${String(token?.id)}`, problems);
    else this.taps.push(declareTap(manifest.id, known, { handler, options }));
  }

  #job(job: Job, handler: unknown): void {
    this.#refuseLateCall();
    const problems = jobProblems(job, handler);
    if (problems.length > 0) this.#refuse(`The job ${String(job?.id)}`, problems);
    else this.jobs.push({ timeout: 60_000, ...job, handler: handler as JobDeclaration['handler'] });
  }

  #refuse(name: string, problems: readonly string[]): void {
    for (const problem of problems) this.problems.push(pluginProblem('contribution-invalid', `${name}: ${problem}`));
  }

  #refuseLateCall(): void {
    if (this.#over) throw new Error('Setup is over: a plugin declares everything before it returns.');
  }

  #refuseResult(result: unknown): void {
    if (result instanceof Promise) result.catch(() => undefined);
    this.problems.push(pluginProblem('setup-asynchronous', 'Its setup gives a promise.'));
  }
}

function tapProblems(
  token: Hook,
  {
    known,
    handler,
    options,
    asEvent,
  }: { known: Hook | undefined; handler: unknown; options: TapOptions; asEvent: boolean },
): string[] {
  const problems = Options.validate(options).problems.map(({ pointer, message }) => `${pointer}: ${message}`);
  if (!known || known.version !== token.version || known.kind !== token.kind)
    problems.push(`this kernel does not have version ${String(token?.version)} of it.`);
  else if (asEvent !== (known.kind === 'event')) problems.push(`it must use ${asEvent ? 'tap' : 'on'}().`);
  if (typeof handler !== 'function') problems.push('it has no function.');
  return problems;
}

function declareTap(plugin: string, hook: Hook, given: { handler: unknown; options: TapOptions }): TapDeclaration {
  const { band = 'normal', after = [], timeout = 5000 } = given.options;
  return { plugin, hook, band, after: [...after], timeout, handler: given.handler as TapDeclaration['handler'] };
}

function jobProblems(job: Job, handler: unknown): string[] {
  const problems = JobData.validate(job).problems.map(({ pointer, message }) => `${pointer}: ${message}`);
  if (problems.length === 0 && !FIVE_CRON_FIELDS.test(job.schedule))
    problems.push('its schedule is not five cron fields.');
  if (typeof handler !== 'function') problems.push('it has no function.');
  return problems;
}
