import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
const LAST = 4096;

/** What a service prints. Opened for appending, so that it can be shortened while the service writes. */
export class ServiceLog {
  readonly path: string;
  #start = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Opens it for one run of the service. */
  begin(): number {
    const handle = openSync(this.path, APPEND, 0o640);
    this.#start = fstatSync(handle).size;
    return handle;
  }

  /** Writes a line about a run that did not come to be. */
  say(message: string): undefined {
    const handle = openSync(this.path, APPEND, 0o640);
    writeSync(handle, `freehold: ${message}\n`);
    closeSync(handle);
  }

  /** The last that the current run printed. */
  sinceStart(): string {
    const handle = openSync(this.path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const size = fstatSync(handle).size;
    const from = Math.max(size < this.#start ? 0 : this.#start, size - LAST);
    const buffer = Buffer.alloc(size - from);
    readSync(handle, buffer, 0, buffer.length, from);
    closeSync(handle);
    return buffer.toString('utf8').trim();
  }

  /** Moves what is there aside when it is too long. The service goes on writing: it appends, so it needs not know. */
  shorten(maxBytes: number): void {
    if ((statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) <= maxBytes) return;
    rmSync(`${this.path}.1`, { force: true });
    copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path);
    this.#start = 0;
  }
}
