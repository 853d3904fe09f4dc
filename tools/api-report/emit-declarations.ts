import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lets the compiler write the SDK's declarations into a folder, hands it over, and removes it. */
export function withDeclarations<Result>(root: string, use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-declarations-'));
  try {
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const { status, stdout, stderr } = spawnSync(
      tsc,
      ['--project', join(root, 'sdk', 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', folder],
      { encoding: 'utf8', cwd: root },
    );
    if (status !== 0) throw new Error(`The SDK does not compile:\n${stdout}${stderr}`);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
