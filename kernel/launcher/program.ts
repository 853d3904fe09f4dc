import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { findClosedParent } from './ensure-home.ts';
import type { Settings } from './settings.ts';
import { mirror } from './staging/mirror.ts';
import { listProgramFiles } from './staging/program-files.ts';
import type { Step } from './steps.ts';

/** What runs, and the Node that runs it. */
export interface Program {
  readonly program: string;
  readonly node: string;
}

/**
 * Brings the program to where the unprivileged account can read it and nobody but root can change it: people clone into
 * their own folders. Node comes along when it is in such a folder itself.
 */
export async function stageProgram({ home, checkout }: Settings, account: Account, step: Step): Promise<Program> {
  const files = listProgramFiles(checkout);
  const own = (await findClosedParent(process.execPath, account)) !== undefined;
  if (own) {
    const { size, mtimeMs } = lstatSync(process.execPath);
    files.set('bin', { kind: 'directory' });
    files.set('bin/node', { kind: 'file', source: process.execPath, size, mtime: Math.floor(mtimeMs), mode: 0o755 });
  }
  const { copied, removed } = await mirror(files, home.program, (done, total) =>
    step.update(`copying to ${home.program}: ${Math.floor((100 * done) / total)} %`),
  );
  if (copied + removed === 0) step.skip('up to date');
  else step.result(`${copied} files copied to ${home.program}${removed > 0 ? `, ${removed} removed` : ''}`);
  return { program: home.program, node: own ? join(home.program, 'bin/node') : process.execPath };
}
