import { Cron } from 'croner';
import type { Clock, Commands, TimerDefinition, Timers, Watch } from './system.ts';

interface Entry {
  readonly definition: TimerDefinition;
  next?: Watch;
  running?: AbortController;
}

export interface AgentTimerParts {
  readonly clock: Clock;
  readonly commands: Commands;
  /** Told of every run that did not end with 0. */
  readonly failed: (name: string, message: string) => void;
}

/** Timers that the agent keeps itself: only while it runs. It puts those of its inventory when it starts. */
export class AgentTimers implements Timers {
  readonly #parts: AgentTimerParts;
  readonly #entries = new Map<string, Entry>();

  constructor(parts: AgentTimerParts) {
    this.#parts = parts;
  }

  async find(name: string): Promise<TimerDefinition | undefined> {
    return this.#entries.get(name)?.definition;
  }

  async put(definition: TimerDefinition): Promise<void> {
    await this.remove(definition.name);
    const entry: Entry = { definition };
    this.#entries.set(definition.name, entry);
    this.#arm(entry);
  }

  async remove(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    entry?.next?.close();
    entry?.running?.abort();
    this.#entries.delete(name);
  }

  async close(): Promise<void> {
    for (const name of [...this.#entries.keys()]) await this.remove(name);
  }

  #arm(entry: Entry): void {
    const now = this.#parts.clock.now();
    const next = new Cron(entry.definition.schedule, { paused: true }).nextRun(new Date(now));
    if (!next) return;
    entry.next = this.#parts.clock.after(next.getTime() - now, () => {
      void this.#run(entry);
      this.#arm(entry);
    });
  }

  async #run(entry: Entry): Promise<void> {
    if (entry.running) return;
    entry.running = new AbortController();
    const { name, argv, user, cwd, env, timeout } = entry.definition;
    try {
      const { signal } = entry.running;
      const { code, output } = await this.#parts.commands.run({ argv, user, cwd, env, timeout, signal });
      if (code !== 0 && !signal.aborted) this.#parts.failed(name, output);
    } catch (cause) {
      this.#parts.failed(name, String(cause));
    } finally {
      entry.running = undefined;
    }
  }
}
