import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { CHECKOUT, makeFolder } from './settings.ts';

/** What somebody has who cloned the repository: the committed files, and nothing that was built or installed. */
export class Clone {
  readonly #folder = makeFolder();
  #path = `${this.#folder}/freehold`;

  constructor() {
    execFileSync('git', ['clone', '--quiet', CHECKOUT, this.#path], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  get path(): string {
    return this.#path;
  }

  /** As if it had been cloned there, by that user. Installing the dependencies again would take a minute. */
  moveTo(path: string, owner = 'root'): void {
    execFileSync('mv', [this.#path, path]);
    this.#path = path;
    execFileSync('chown', ['-R', `${owner}:`, path]);
  }

  remove(): void {
    for (const path of [this.#path, this.#folder]) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }
}
