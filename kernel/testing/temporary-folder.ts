import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** How the folders of test runs are called; after it comes the number of the process that made one. */
export const TEST_FOLDER = 'freehold-test-';

/** An empty folder that is gone with this process, or with the next test run if this process is killed. */
export async function makeTemporaryFolder(): Promise<string> {
  if (made.length === 0) process.once('exit', removeAll);
  const folder = await mkdtemp(join(tmpdir(), `${TEST_FOLDER}${process.pid}-`));
  made.push(folder);
  return folder;
}

function removeAll(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
}
