import type { CommandResult, System } from '../system/system.ts';
import type { Verdict } from './bisection.ts';
import type { ServiceSpec } from './watches.ts';

/** All other owners wait meanwhile, and several times when the guilty is looked for. */
const TIME_LIMIT = 30_000;

/** Asks services, all at once, whether they would take their files as they are now. */
export async function validate(services: readonly ServiceSpec[], system: System): Promise<Verdict> {
  const answers = await Promise.all(services.map((service) => ask(service, system)));
  const refusals = answers.filter((answer) => answer !== undefined);
  return { accepted: refusals.length === 0, words: refusals.join('\n') };
}

/** What it says against them. */
async function ask({ validate: argv, state }: ServiceSpec, { commands }: System): Promise<string | undefined> {
  if (!argv || state === 'stopped') return undefined;
  const result = await commands.run({ argv, timeout: TIME_LIMIT });
  return result.code === 0 ? undefined : wordsOf(result, argv);
}

function wordsOf({ output, code, timedOut }: CommandResult, argv: readonly string[]): string {
  if (timedOut) return `${argv[0]} did not end within ${TIME_LIMIT / 1000} seconds.`;
  return output.trim() || `${argv[0]} ended with ${code}.`;
}
