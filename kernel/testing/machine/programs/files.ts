import type { Disk } from '../disk.ts';
import type { Script } from '../simulated-commands.ts';

/** test(1), as far as it asks for files. */
export const test =
  (disk: Disk): Script =>
  ({ argv }) => {
    const [, operator = '', path = ''] = argv;
    const kind = disk.find(path)?.kind;
    const answers: Readonly<Record<string, boolean>> = {
      '-e': kind !== undefined,
      '-f': kind === 'file',
      '-d': kind === 'directory',
      '-L': kind === 'link',
    };
    const answer = answers[operator];
    if (answer === undefined) return unknown('test', operator);
    return { code: answer ? 0 : 1 };
  };

/** rm(1) with `-f`, `-r`, `-rf`. */
export const remove =
  (disk: Disk): Script =>
  ({ argv }) => {
    const paths = argv.slice(1).filter((argument) => !argument.startsWith('-'));
    const options = argv
      .slice(1)
      .filter((argument) => argument.startsWith('-'))
      .join('');
    for (const path of paths) {
      const kind = disk.find(path)?.kind;
      if (kind === undefined && !options.includes('f'))
        return failure(`rm: cannot remove '${path}': No such file or directory`);
      if (kind === 'directory' && !options.includes('r')) return failure(`rm: cannot remove '${path}': Is a directory`);
      disk.remove(path);
    }
    return undefined;
  };

/** What a program says to something that the simulation of it does not do. */
export function unknown(program: string, what: string) {
  return failure(
    `The simulated ${program} does not know ${JSON.stringify(what)}: say what ${program} does with node.script().`,
  );
}

function failure(stderr: string) {
  return { code: 1, stderr: `${stderr}\n` };
}
