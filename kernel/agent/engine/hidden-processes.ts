import type { System } from '../system/system.ts';

/** Milliseconds that they get to be replaced: whether they were cannot be told for certain, so it must not fail a reload. */
const PATIENCE = 1000;

/** What is seen of descendants that the agent may not look into: that they come and go. */
export class HiddenProcesses {
  readonly #pid: number;
  readonly #system: System;
  readonly #before: ReadonlySet<number>;
  readonly #end: number;

  constructor(pid: number, system: System, before: ReadonlySet<number>) {
    this.#pid = pid;
    this.#system = system;
    this.#before = before;
    this.#end = system.clock.now() + PATIENCE;
  }

  /** Those that a new one stands beside; undefined as long as nothing changed and it is worth waiting. */
  async replaced(): Promise<number[] | undefined> {
    if (this.#before.size === 0) return [];
    const now = await this.#system.processes.hidden(this.#pid);
    const left = [...this.#before].filter((child) => now.has(child));
    if (now.size > left.length) return left;
    const isOver = left.length < this.#before.size || this.#system.clock.now() >= this.#end;
    return isOver ? [] : undefined;
  }
}
