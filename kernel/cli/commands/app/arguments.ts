import { type Command, InvalidArgumentError } from 'commander';

/** `--set` and its like, wherever a spec, a configuration or an input is given. */
export function addSpecOptions(command: Command, what: string): Command {
  return command
    .option(
      '--set <key=value>',
      `set a field of the ${what}: key=value, list[]=value, key:=<JSON>; repeatable`,
      collect,
      [],
    )
    .option('--unset <key>', 'take a field out; repeatable', collect, [])
    .option('--spec <file>', `the ${what} as JSON, from a file or - for standard input`);
}

/** `--no-wait` and `--timeout`, for everything that begins an operation. */
export function addWaitOptions(command: Command): Command {
  return command
    .option('--no-wait', 'return at once; the operation goes on')
    .option('--timeout <seconds>', 'how long to wait for the node', parsePositive, 300);
}

export function addApp(command: Command): Command {
  return command.argument('<app>', 'name, tenant/name, or id');
}

export function parsePositive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
