import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isCode } from '../failure.ts';

/** The folder of the units that Freehold makes: in the data folder, from where they are linked into systemd's. */
export class UnitFiles {
  readonly #folder: string;
  /** Begins the name of every unit of this installation, so that several stand side by side. */
  readonly #prefix: string;

  constructor(folder: string, prefix: string) {
    this.#folder = folder;
    this.#prefix = prefix;
  }

  /** `freehold-1a2b3c4d-nginx.service` */
  unitOf(name: string, suffix: 'service' | 'timer'): string {
    return `${this.#prefix}-${name}.${suffix}`;
  }

  pathOf(name: string): string {
    return `${this.#folder}/${name}`;
  }

  holds(name: string, text: string): boolean {
    try {
      return readFileSync(this.pathOf(name), 'utf8') === text;
    } catch (cause) {
      if (isCode(cause, 'ENOENT')) return false;
      throw cause;
    }
  }

  write(name: string, text: string, mode: number): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o755 });
    rmSync(this.pathOf(name), { force: true });
    writeFileSync(this.pathOf(name), text, { mode, flag: 'wx' });
  }

  delete(name: string): void {
    rmSync(this.pathOf(name), { force: true });
  }
}
