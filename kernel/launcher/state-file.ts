import { join } from 'node:path';
import type { Home } from './home.ts';
import type { Ports } from './installation.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

/** What the launcher remembers from one start to the next. */
export interface LauncherState {
  /** Which database has the administrator and this node; a hash of its address. */
  readonly bootstrapped?: string | undefined;
  /** Whether the agent of this data folder was ready once: its server knows it. */
  readonly enrolled?: boolean;
  /** Of the last start. */
  readonly ports?: Ports;
  /** Id of the demo website. */
  readonly demo?: string;
}

export async function loadState(home: Home): Promise<LauncherState> {
  return (await readJsonFile<LauncherState>(statePath(home))) ?? {};
}

export async function saveState(home: Home, change: Partial<LauncherState>): Promise<void> {
  await writeJsonFile(statePath(home), { ...(await loadState(home)), ...change });
}

function statePath(home: Home): string {
  return join(home.launcher, 'state.json');
}
