import { basename } from 'node:path';
import type { CommandResult, CommandRun, Commands } from '../../agent/system/system.ts';

/** One run, as a script sees it. */
export interface ScriptedRun {
  readonly argv: readonly string[];
  readonly user: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What was given on standard input. */
  readonly input: string;
}

export interface ScriptResult {
  /** Default 0. */
  readonly code?: number;
  /** What it printed on standard output. */
  readonly stdout?: string;
  /** What it printed on standard error. */
  readonly stderr?: string;
  readonly timedOut?: boolean;
}

/** What a program does on a simulated machine. A string is its standard output. */
export type Script = (
  run: ScriptedRun,
) => ScriptResult | string | undefined | Promise<ScriptResult | string | undefined>;

/** Programs of a simulated machine. One that nobody scripted prints nothing and ends with 0. */
export class SimulatedCommands implements Commands {
  /** By the program as it stands in argv, or by its file name. */
  readonly scripts = new Map<string, Script>();
  /** Every run so far. */
  readonly runs: ScriptedRun[] = [];
  readonly #self: string;

  constructor(self: string) {
    this.#self = self;
  }

  async run(run: CommandRun): Promise<CommandResult> {
    const { argv, user = this.#self, cwd = '/', env = {} } = run;
    const program = argv[0] ?? '';
    const script = this.scripts.get(program) ?? this.scripts.get(basename(program));
    const input = run.input ? Buffer.concat(await run.input.toArray()).toString('utf8') : '';
    const scripted = { argv, user, cwd, env, input };
    this.runs.push(scripted);
    const answer = (await script?.(scripted)) ?? {};
    const {
      code = 0,
      stdout = '',
      stderr = '',
      timedOut = false,
    } = typeof answer === 'string' ? { stdout: answer } : answer;
    run.sink?.end(stdout);
    return {
      code: timedOut ? null : code,
      timedOut,
      stdout: run.sink ? '' : stdout,
      output: run.sink ? stderr : stdout + stderr,
    };
  }
}
