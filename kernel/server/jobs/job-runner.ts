import {
  type CronItem,
  Logger,
  parseCronItems,
  type Runner,
  run,
  runMigrations,
  runOnce,
  type Task,
  type TaskList,
} from 'graphile-worker';
import type { PasswordResetService } from '../accounts/registration/password-reset.service.ts';
import type { Log } from '../log/logger.ts';
import type { MailDelivery } from '../mail/mail-delivery.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import type { DeliveryId } from '../store/ids.ts';
import { openQueue } from '../store/row-security.ts';
import type { Store } from '../store/store.ts';
import type { WebhookDeliveries } from '../webhooks/webhook-deliveries.ts';
import type { BackgroundTasks } from './tasks.ts';

/** The queue is in the database: a job is added in the transaction of the change that needs it, and any server runs it. */
export class JobRunner {
  readonly #needs: Needs;
  #runners: Runner[] = [];
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
    await this.migrate();
    await openQueue(this.#needs.store.pool);
    const shared = { pgPool: this.#needs.store.pool, noHandleSignals: true, logger: this.#logger() };
    this.#runners = await Promise.all([
      run({ ...shared, taskList: this.#tasks(), parsedCronItems: parseCronItems(items), concurrency: 4 }),
      run({ ...shared, taskList: this.#slowTasks(), concurrency: 8 }),
    ]);
  }

  /** Runs what is due now and returns when it is done, instead of waiting for more. For tests. */
  async runDue(): Promise<void> {
    await runOnce({
      pgPool: this.#needs.store.pool,
      taskList: { ...this.#tasks(), ...this.#slowTasks() },
      concurrency: 4,
      noHandleSignals: true,
      logger: this.#logger(),
      // Without a delay it would not wait until it is written down how the last jobs went.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
  }

  /** Plugins came or went, and their schedules with them. */
  async refresh(): Promise<void> {
    if (this.#runners.length === 0 || JSON.stringify(this.#cronItems()) === this.#schedule) return;
    await this.stop();
    await this.start();
  }

  /** Waits for the jobs that run. */
  async stop(): Promise<void> {
    await Promise.all(this.#runners.splice(0).map((runner) => runner.stop()));
  }

  #tasks(): TaskList {
    const { tasks, webhooks, resets } = this.#needs;
    return this.#measured({
      'deliver-event': (payload) => tasks.deliverEvent(payload as { event: string; plugin: string }),
      'plugin-job': (payload) => tasks.runPluginJob(payload as { plugin: string; job: string }),
      'settle-tenant': (payload) => tasks.settleTenant(payload as { tenant: string }),
      'count-uses': () => tasks.countUses(),
      purge: () => tasks.purge(),
      clean: () => tasks.clean(),
      'password-reset': (payload) => resets.send(payload as { email: string; address?: string }),
      'webhook-event': (payload) => webhooks.fanOut(payload as { event: string }),
    });
  }

  /** These wait for servers of other people: whoever lets them wait must not keep the others from their work. */
  #slowTasks(): TaskList {
    const { webhooks, mails } = this.#needs;
    return this.#measured({
      'send-mail': (payload) => mails.deliver((payload as { mail: string }).mail),
      'webhook-attempt': (payload) => webhooks.attempt(payload as { delivery: DeliveryId }),
    });
  }

  #measured(tasks: TaskList): TaskList {
    return Object.fromEntries(
      Object.entries(tasks).map(([name, task]) => [name, measureTask(name, task as Task, this.#needs.metrics)]),
    );
  }

  #cronItems(): CronItem[] {
    const own = [
      { identifier: 'purge', task: 'purge', match: '*/5 * * * *' },
      { identifier: 'clean', task: 'clean', match: '17 * * * *' },
      { identifier: 'count uses', task: 'count-uses', match: '*/5 * * * *' },
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
  readonly webhooks: WebhookDeliveries;
  readonly mails: MailDelivery;
  readonly resets: PasswordResetService;
  readonly metrics: Metrics;
}

function measureTask(name: string, task: Task, metrics: Metrics): Task {
  return async (payload, helpers) => {
    const start = performance.now();
    const record = (outcome: 'done' | 'failed') =>
      metrics.recordJob(name, outcome, (performance.now() - start) / 1_000);
    try {
      const result = await task(payload, helpers);
      record('done');
      return result;
    } catch (error) {
      record('failed');
      throw error;
    }
  };
}
