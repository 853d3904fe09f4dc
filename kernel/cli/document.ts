import { type Command, Help } from 'commander';
import { exitCodeMeanings } from './problem.ts';
import { buildProgram } from './program.ts';

const WIDTH = 100;
const OPEN = '```text';
const CLOSE = '```';

const INTRODUCTION = `# Command line

\`freehold\` in a checkout is \`npx freehold\`; anywhere else \`kernel/cli/freehold\` of the checkout, by its path or through a link
on your PATH. Which API it talks to, and as whom, is said in [operating.md](operating.md#environment).

- Results go to standard output, everything else to standard error. With \`--json\` the result is one JSON document, or JSON lines
  for what streams; an error is one problem document (RFC 9457) on standard error. Its codes are those of
  [errors.md](errors.md) and a few of the command line's own.
- Commands that change something wait until the node has done it. \`--no-wait\` returns at once, Ctrl-C stops the waiting only.
- What destroys or interrupts something asks first; \`--yes\` answers. Where nobody can be asked, nothing is done without it.
- An app is named by its name, by \`tenant/name\`, or by its id.

Tabulator completion: \`source <(freehold completion bash)\`, and likewise for zsh and fish.

This page is made from the command line itself; a test fails when the two differ. \`scripts/with-node.sh vitest run kernel/cli/document.test.ts -u\`
writes it anew.`;

/** The text of `docs/cli.md`: every command with its own help. */
export function renderCommands(): string {
  const program = buildProgram();
  const options = [
    '## Options of all commands',
    '',
    OPEN,
    renderHelp(program).match(/Options:\n(.*?)\n\n/s)?.[1],
    CLOSE,
  ];
  const groups = program.commands.filter(isShown).map((command) => renderCommand(command, '##'));
  return `${[INTRODUCTION, options.join('\n'), ...groups, renderExitCodes()].join('\n\n')}\n`;
}

function renderCommand(command: Command, level: string): string {
  const heading = `${level} ${nameOf(command)}`;
  const children = command.commands.filter(isShown);
  if (children.length === 0) return [heading, `${OPEN}\n${renderHelp(command)}\n${CLOSE}`].join('\n\n');
  const description = `${capitalize(command.description())}.`;
  return [heading, description, ...children.map((child) => renderCommand(child, `${level}#`))].join('\n\n');
}

/** As people see it on a terminal, without what is the same for every command. */
function renderHelp(command: Command): string {
  let text = '';
  const standard = new Help();
  command.configureHelp({
    showGlobalOptions: false,
    visibleOptions: (shown) => standard.visibleOptions(shown).filter(({ long }) => long !== '--help'),
  });
  const write = (help: string) => {
    text += help;
  };
  command.configureOutput({
    writeOut: write,
    writeErr: write,
    getOutHelpWidth: () => WIDTH,
    getErrHelpWidth: () => WIDTH,
  });
  command.outputHelp();
  return text.trim();
}

function renderExitCodes(): string {
  const rows = exitCodeMeanings.map(([code, words]) => `| ${code} | ${words} |`);
  return ['## Exit codes', ['| Code | Meaning |', '|---|---|', ...rows].join('\n')].join('\n\n');
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

function isShown(command: Command): boolean {
  return command.name() !== 'complete' && command.name() !== 'help';
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
