import type { Command, Option } from 'commander';

/** What may stand at the cursor. */
export type Suggestions =
  | { readonly kind: 'words'; readonly words: readonly Suggestion[] }
  /** Names that only the API knows. */
  | { readonly kind: 'names'; readonly of: string }
  | { readonly kind: 'files' };

export interface Suggestion {
  readonly word: string;
  readonly description: string;
}

/** Suggests from the tree of commands itself, so that what can be typed and what is suggested are one thing. */
export function suggest(program: Command, words: readonly string[]): Suggestions {
  const typed = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const { command, positionals, awaiting } = walk(program, typed);
  if (awaiting) return valuesOf(awaiting);
  if (current.startsWith('-')) return { kind: 'words', words: optionsOf(command) };
  if (command.commands.length > 0 && positionals === 0) return { kind: 'words', words: subcommandsOf(command) };
  const argument = command.registeredArguments[positionals];
  return argument ? namesOrFiles(argument.name()) : { kind: 'words', words: [] };
}

interface Position {
  readonly command: Command;
  /** How many arguments of the command stand already. */
  readonly positionals: number;
  /** The option whose value comes next. */
  readonly awaiting?: Option;
}

function walk(program: Command, words: readonly string[]): Position {
  let command = program;
  let positionals = 0;
  let awaiting: Option | undefined;
  for (const word of words) {
    if (awaiting) awaiting = undefined;
    else if (word.startsWith('-')) awaiting = word.includes('=') ? undefined : findValueOption(command, word);
    else {
      const child = command.commands.find((child) => child.name() === word || child.aliases().includes(word));
      if (child && positionals === 0) command = child;
      else positionals++;
    }
  }
  return { command, positionals, ...(awaiting ? { awaiting } : {}) };
}

function findValueOption(command: Command, flag: string): Option | undefined {
  for (let at: Command | null = command; at; at = at.parent) {
    const option = at.options.find((option) => option.long === flag || option.short === flag);
    if (option) return option.required || option.optional ? option : undefined;
  }
  return undefined;
}

function valuesOf(option: Option): Suggestions {
  if (option.argChoices) return { kind: 'words', words: option.argChoices.map((word) => ({ word, description: '' })) };
  return namesOrFiles(option.attributeName());
}

function namesOrFiles(name: string): Suggestions {
  if (['app', 'tenant', 'node', 'plugin', 'type', 'parent'].includes(name))
    return { kind: 'names', of: name === 'parent' ? 'tenant' : name };
  return ['folder', 'home', 'spec', 'file'].includes(name) ? { kind: 'files' } : { kind: 'words', words: [] };
}

function optionsOf(command: Command): Suggestion[] {
  const own = command.options.filter(({ hidden }) => !hidden);
  const inherited = command.parent ? optionsOf(command.parent) : [{ word: '--help', description: 'show help' }];
  return [
    ...own.map((option) => ({ word: option.long ?? option.flags, description: option.description })),
    ...inherited,
  ];
}

function subcommandsOf(command: Command): Suggestion[] {
  return command.commands
    .filter((child) => !(child as Command & { _hidden?: boolean })._hidden)
    .map((child) => ({ word: child.name(), description: child.description() }));
}
