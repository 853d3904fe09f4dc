import type { StateStore } from '../store/state-store.ts';
import type { System } from '../system/system.ts';

/** What people and programs do to a machine, past the agent. */
export interface Hands {
  makeFolder(path: string, uid: number, mode: number): void;
  makeFile(path: string, content: string, uid: number): void;
  makeLink(path: string, target: string, uid: number): void;
  makeHardLink(existing: string, path: string): void;
  makePipe(path: string): void;
  readFile(path: string): string;
}

export interface TestMachine {
  /** The machine as an agent sees it, whose store is this. */
  connect(store: StateStore): System;
  readonly hands: Hands;
  /** The data folder; `node/sites` in it is the folder of the sites. */
  readonly home: string;
  dispose(): void;
}

/** Nobody's number: files can belong to it without a user. */
export const SOMEBODY = 301_234;
