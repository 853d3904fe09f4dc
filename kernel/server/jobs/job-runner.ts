import {
  type CronItem,
  Logger,
  parseCronItems,
  type Runner,
  run,
  runMigrations,
  runOnce,
  type TaskList,
} from 'graphile-worker';
import type { Log } from '../log/logger.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import type { Store } from '../store/store.ts';
import type { BackgroundTasks } from './tasks.ts';

/** The queue is in the database: a job is added in the transaction of the change that needs it, and any server runs it. */
export class JobRunner {
  readonly #needs: Needs;
  #runner: Runner | undefined;
  #schedule = '';

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The tables of the queue. */
  migrate(): Promise<void> {
    return runMigrations({ pgPool: this.#needs.store.pool, logger: this.#logger() });
  }

  async start(): Promise<void> {
    const items = this.#cronItems();
    this.#schedule = JSON.stringify(items);
    this.#runner = await run({
      pgPool: this.#needs.store.pool,
      taskList: this.#tasks(),
      parsedCronItems: parseCronItems(items),
      concurrency: 4,
      noHandleSignals: true,
      logger: this.#logger(),
    });
  }

  /** Runs what is due now and returns when it is done, instead of waiting for more. For tests. */
  async runDue(): Promise<void> {
    await runOnce({
      pgPool: this.#needs.store.pool,
      taskList: this.#tasks(),
      concurrency: 4,
      noHandleSignals: true,
      logger: this.#logger(),
      // Without a delay it would not wait until it is written down how the last jobs went.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
  }

  /** Plugins came or went, and their schedules with them. */
  async refresh(): Promise<void> {
    if (!this.#runner || JSON.stringify(this.#cronItems()) === this.#schedule) return;
    await this.stop();
    await this.start();
  }

  /** Waits for the jobs that run. */
  async stop(): Promise<void> {
    const runner = this.#runner;
    this.#runner = undefined;
    await runner?.stop();
  }

  #tasks(): TaskList {
    const { tasks } = this.#needs;
    return {
      'deliver-event': (payload) => tasks.deliverEvent(payload as { event: string; plugin: string }),
      'plugin-job': (payload) => tasks.runPluginJob(payload as { plugin: string; job: string }),
      purge: () => tasks.purge(),
      clean: () => tasks.clean(),
    };
  }

  #cronItems(): CronItem[] {
    const own = [
      { identifier: 'purge', task: 'purge', match: '*/5 * * * *' },
      { identifier: 'clean', task: 'clean', match: '17 * * * *' },
    ];
    const plugins = this.#needs.plugins.jobs().map(({ plugin, id, schedule }) => ({
      identifier: `plugin ${plugin.id} ${id}`,
      task: 'plugin-job',
      match: schedule,
      payload: { plugin: plugin.id, job: id },
      options: { maxAttempts: 1 },
    }));
    return [...own, ...plugins];
  }

  #logger(): Logger {
    return new Logger(() => (level, message, meta) => {
      if (level === 'error') this.#needs.log.error({ ...meta, message }, 'job queue');
      else if (level === 'warning') this.#needs.log.warn({ ...meta, message }, 'job queue');
      else this.#needs.log.debug({ message }, 'job queue');
    });
  }
}

interface Needs {
  readonly store: Store;
  readonly log: Log;
  readonly plugins: PluginHost;
  readonly tasks: BackgroundTasks;
}
