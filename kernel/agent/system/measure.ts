import type { Commands, DiskUse } from './system.ts';

/** Milliseconds. */
const PATIENCE = 600_000;

/**
 * What du(1) says. It is quicker than this process, blocks nobody meanwhile, and is not stopped by folders in folders in folders,
 * in which a site could hide something.
 */
export async function measureWithDu(path: string, commands: Commands): Promise<DiskUse> {
  return {
    bytes: await ask(['--block-size=1'], path, commands),
    inodes: await ask(['--inodes'], path, commands),
  };
}

/** What disappears meanwhile makes it end with 1, having counted the rest. */
async function ask(options: readonly string[], path: string, commands: Commands): Promise<number> {
  const argv = [
    'nice',
    '-n',
    '19',
    'du',
    '--summarize',
    '--no-dereference',
    '--one-file-system',
    ...options,
    '--',
    path,
  ];
  const { code, stdout, output } = await commands.run({ argv, env: { LC_ALL: 'C' }, timeout: PATIENCE });
  const [, number] = /^(\d{1,15})\t/.exec(stdout) ?? [];
  if (number === undefined || (code !== 0 && code !== 1))
    throw new Error(`du ended with ${code}: ${output.trim().slice(-500)}`);
  return Number(number);
}
