import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { completionScripts } from './scripts.ts';

/** Completes the words in a real bash; the last one is at the cursor. */
async function completeInBash(...words: string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-'));
  try {
    const command = join(folder, 'freehold');
    await writeFile(
      command,
      `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, '../main.ts')}' "$@"\n`,
    );
    await chmod(command, 0o755);
    await writeFile(join(folder, 'completion'), completionScripts.bash);
    const script = `. "$1/completion"; cd "$1"; PATH="$1:$PATH"; shift
      COMP_WORDS=(freehold "$@"); COMP_CWORD=$#
      compopt() { echo "files"; }
      _freehold freehold "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script, '_', folder, ...words]);
    return stdout.trim().split('\n');
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('bash completes commands, options and files', async () => {
  expect(await completeInBash('ap')).toEqual(['app']);
  expect(await completeInBash('app', 're')).toEqual(['releases', 'resume', 'remove', 'restore']);
  expect(await completeInBash('app', 'remove', 'x', '--no-')).toEqual(['--no-wait', '--no-color']);
  expect(await completeInBash('app', 'deploy', 'x', '')).toEqual(['files']);
});
