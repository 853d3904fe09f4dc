import type { PrimitiveSpec } from '@freehold/sdk';
import type { CommandResult } from '../system/system.ts';
import { parseOutput } from './command-output.ts';
import { type Context, different, type PrimitiveHandler, same } from './primitive.ts';
import { Refusal } from './refusal.ts';

interface CommandFacts {
  readonly ran: boolean;
  readonly observed?: unknown;
}

/** What runs a command, but for its arguments. */
type Circumstances = Pick<PrimitiveSpec<'command'>, 'user' | 'cwd' | 'env' | 'timeout' | 'exitCodes'>;

interface Inverse extends Circumstances {
  readonly argv: readonly string[];
}

const DEFAULT_TIMEOUT = 60;

export const commandHandler: PrimitiveHandler<'command', CommandFacts, Inverse | null> = {
  async check({ spec, recorded }, context) {
    const facts = recorded?.facts ?? { ran: false };
    if (isObservation(spec)) return same(context.observing ? await observe(spec, context) : facts);
    if (!spec.unless && !spec.creates && !spec.onlyAfter)
      throw new Refusal('CommandUnguarded', `Command ${spec.id} has neither a guard nor an output.`);
    return (await isNeeded(spec, facts, context)) ? different('run', `runs ${programOf(spec.argv)}`) : same(facts);
  },

  async inverse({ spec }) {
    const { undo, user, cwd, env, timeout, exitCodes } = spec;
    return undo ? { argv: undo, user, cwd, env, timeout, exitCodes } : null;
  },

  async apply({ spec, recorded }, context) {
    // An earlier step of the same apply may have made it unnecessary.
    if (!(await isNeeded(spec, { ran: false }, context))) return { facts: recorded?.facts ?? { ran: false } };
    context.progress(`runs ${programOf(spec.argv)}`);
    const result = await runCommand(spec.argv, spec, context);
    return { facts: { ran: true, ...observedIn(result, spec) }, output: result.output };
  },

  async undo(inverse, context) {
    if (inverse) await runCommand(inverse.argv, inverse, { ...context, signal: NEVER });
  },

  async remove({ spec }, context) {
    if (spec.remove) await runCommand(spec.remove, spec, context);
    return undefined;
  },
};

/** Taking back goes on when the agent is asked to stop. */
const NEVER = new AbortController().signal;

/**
 * Runs a program to a good end.
 *
 * @throws Refusal with what it printed when there is none.
 */
export async function runCommand(
  argv: readonly string[],
  { user, cwd, env, timeout = DEFAULT_TIMEOUT, exitCodes = [0] }: Circumstances,
  { system, signal }: Pick<Context, 'system' | 'signal'>,
): Promise<CommandResult> {
  const result = await system.commands.run({ argv, user, cwd, env, timeout: timeout * 1000, signal });
  signal.throwIfAborted();
  const { code, timedOut, output } = result;
  if (timedOut)
    throw new Refusal('CommandTimedOut', `${programOf(argv)} did not end within ${timeout} seconds.`, {
      retryAfter: 60,
      output,
    });
  if (code !== null && exitCodes.includes(code)) return result;
  const words = output.trim().split('\n').slice(-5).join('\n').slice(-1000);
  const end = code === null ? 'was killed' : `ended with ${code}`;
  throw new Refusal('CommandFailed', `${programOf(argv)} ${end}${words ? `: ${words}` : '.'}`, { output });
}

export function isObservation({ output, unless, creates, onlyAfter }: PrimitiveSpec<'command'>): boolean {
  return output !== undefined && !unless && !creates && !onlyAfter;
}

async function isNeeded(spec: PrimitiveSpec<'command'>, { ran }: CommandFacts, context: Context): Promise<boolean> {
  if (spec.creates) return (await context.files.find(spec.creates)) === undefined;
  if (spec.onlyAfter) return !ran || spec.onlyAfter.some((key) => context.changed.has(key));
  if (!spec.unless) return true;
  const { user, cwd, env, timeout = DEFAULT_TIMEOUT } = spec;
  const { code } = await context.system.commands.run({
    argv: spec.unless,
    user,
    cwd,
    env,
    timeout: timeout * 1000,
    signal: context.signal,
  });
  return code !== 0;
}

async function observe(spec: PrimitiveSpec<'command'>, context: Context): Promise<CommandFacts> {
  return { ran: true, ...observedIn(await runCommand(spec.argv, spec, context), spec) };
}

function observedIn(result: CommandResult, { id, output }: PrimitiveSpec<'command'>): { observed?: unknown } {
  return output ? { observed: parseOutput(result.stdout, output, id) } : {};
}

function programOf(argv: readonly string[]): string {
  return argv[0] ?? '';
}
