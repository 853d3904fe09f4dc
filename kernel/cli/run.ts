import { CommanderError } from 'commander';
import { Output } from './output/output.ts';
import { renderProblem } from './output/problem.ts';
import { exitCodes, ProblemError, usageProblem } from './problem.ts';
import { buildProgram } from './program.ts';
import { withCommandRemedy } from './remedies.ts';

/** Runs one command line; leaves the exit code in `process.exitCode`. */
export async function run(argv: readonly string[]): Promise<void> {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const program = buildProgram();
  try {
    if (argv.length <= 2) program.outputHelp();
    else await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError && HELP_CODES.has(error.code))
      process.exitCode = error.exitCode && exitCodes.usage;
    else report(toProblem(error), argv);
  }
}

/** Help was asked for, or is the best answer to a group of commands without one of its commands. */
const HELP_CODES = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version']);

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof CommanderError)
    return usageProblem(
      sentence(error.message.replace(/^error: /, '')),
      'See freehold --help, or --help after a command.',
    );
  const detail = error instanceof Error ? error.message : String(error);
  return new ProblemError(
    {
      code: 'unexpected-error',
      title: 'Unexpected error',
      detail,
      remedy: 'This is a mistake in Freehold. Run the same command with --debug and report what it prints.',
    },
    exitCodes.failed,
    { cause: error },
  );
}

/** The options are looked at by hand: the command line may be what is wrong. */
function report(error: ProblemError, argv: readonly string[]): void {
  process.exitCode = error.exitCode;
  const output = new Output({ json: argv.includes('--json'), color: !argv.includes('--no-color') });
  if (output.json) process.stderr.write(`${JSON.stringify(error.problem)}\n`);
  else process.stderr.write(`${renderProblem(withCommandRemedy(error.problem), output.errorColors)}\n`);
  if (argv.includes('--debug')) process.stderr.write(`${stackOf(error)}\n`);
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

function sentence(text: string): string {
  const trimmed = text.trim().replace(/\n+/g, ' ');
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${/[.?!)]$/.test(trimmed) ? '' : '.'}`;
}
