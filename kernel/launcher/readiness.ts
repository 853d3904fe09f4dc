import { rm } from 'node:fs/promises';
import type { Home, ReadyFile } from './home.ts';
import { writeJsonFile } from './json-file.ts';

/** Keeps `ready.json` true: it is there exactly while everything runs and the set-up is done. */
export class Readiness {
  readonly #home: Home;
  readonly #down = new Set<string>();
  #contents: ReadyFile | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(home: Home) {
    this.#home = home;
  }

  /** The set-up is done. */
  announce(contents: ReadyFile): Promise<void> {
    this.#contents = contents;
    return this.#write();
  }

  /** The installation stops, or starts: whatever is there is not true. */
  withdraw(): Promise<void> {
    this.#contents = undefined;
    return this.#write();
  }

  record(name: string, up: boolean): Promise<void> {
    if (up) this.#down.delete(name);
    else this.#down.add(name);
    return this.#write();
  }

  /** One at a time, or the last word might not be the last written. */
  #write(): Promise<void> {
    this.#last = this.#last.then(async () => {
      if (this.#contents && this.#down.size === 0) await writeJsonFile(this.#home.ready, this.#contents);
      else await rm(this.#home.ready, { force: true });
    });
    return this.#last;
  }
}
