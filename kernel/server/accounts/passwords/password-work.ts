import { availableParallelism } from 'node:os';
import { problem } from '../../errors/problem.ts';
import { hashPassword, verifyPassword } from '../password.ts';

/**
 * Hashing a password costs 25 ms of a core and 19 MiB, and it runs on the threads that everything else in the process needs too. More
 * at once than there are cores make nothing faster, and everything else slower. Whoever would wait for longer than
 * about two seconds is told to come back.
 */
const AT_ONCE = availableParallelism();
const WAITING = 64;

/** The only way to passwords for whoever asks over the network. */
export class PasswordWork {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ atOnce = AT_ONCE, waiting = WAITING }: { atOnce?: number; waiting?: number } = {}) {
    this.#atOnce = atOnce;
    this.#mostWaiting = waiting;
  }

  /** @throws ProblemError sign-in-busy */
  hash(password: string): Promise<string> {
    return this.#run(() => hashPassword(password));
  }

  /** Takes as long when nothing is stored. @throws ProblemError sign-in-busy */
  verify(password: string, stored: string | null | undefined): Promise<boolean> {
    return this.#run(() => verifyPassword(password, stored));
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#mostWaiting) throw problem('sign-in-busy', {});
      await new Promise<void>((go) => this.#waiting.push(go));
    } else this.#running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes now is before those who wait.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
