import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { CHECKOUT, makeFolder } from './settings.ts';

/** What somebody has who cloned the repository: the committed files, and nothing that was built or installed. */
export class Clone {
  #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static make(): Clone {
    const path = `${makeFolder()}/freehold`;
    execFileSync('git', ['clone', '--quiet', CHECKOUT, path], { stdio: ['ignore', 'ignore', 'inherit'] });
    return new Clone(path);
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
    rmSync(this.#path, { recursive: true, force: true, maxRetries: 5 });
  }
}
