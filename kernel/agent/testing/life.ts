import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Resource } from '@freehold/sdk';
import type { LoweredResource, OwnerKey, Report, Work } from '@freehold/sdk/protocol';

export interface LifeOptions {
  /** After how many milliseconds of work it is killed, or at what sight. Left out: it lives to the end, and gives its reports. */
  readonly killedAfter?: number;
  readonly killedWhen?: () => boolean;
  /** A program, with arguments, that runs it. */
  readonly under?: readonly string[];
}

/** Agents on this machine, one after the other, each a process of its own that does all its work at once and ends. */
export class Lives {
  readonly #home: string;
  #revision = 0;

  constructor(home: string) {
    this.#home = home;
  }

  async live(work: readonly Work[], { killedAfter, killedWhen, under = [] }: LifeOptions = {}): Promise<Report[]> {
    const script = join(import.meta.dirname, 'mortal-engine.ts');
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', script, this.#home, JSON.stringify(work)];
    const [program = '', ...argv] = [...under, ...node];
    const agent = spawn(program, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(agent, 'exit');
    const lines: string[] = [];
    createInterface(agent.stdout).on('line', (line) => lines.push(line));
    if (killedAfter !== undefined) {
      const started = once(agent.stdout, 'data').then(() => sleep(killedAfter));
      // Recovery is cut off too, when the time is short.
      await Promise.race([exit, started, sleep(10 * killedAfter + 200)]);
      agent.kill('SIGKILL');
    }
    if (killedWhen) {
      while (agent.exitCode === null && !killedWhen()) await sleep(1);
      agent.kill('SIGKILL');
    }
    await exit;
    return JSON.parse(lines[1] ?? '[]');
  }

  application(owner: OwnerKey, resources: readonly Resource[]): Work {
    const lowered = resources.map((resource) => ({ resource, plugin: 'test', via: [] }) as unknown as LoweredResource);
    const document = { owner, title: owner, generation: 1, resources: lowered, secrets: {} };
    return { kind: 'apply', document: { ...document, revision: ++this.#revision } };
  }

  removal(owner: OwnerKey, { purge = true } = {}): Work {
    return { kind: 'remove', owner, title: owner, revision: ++this.#revision, purge };
  }
}
