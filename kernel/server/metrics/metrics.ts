import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { RequestMetrics } from './request-metrics.ts';

/** What can be read only when somebody asks. */
export type Reading = (gauges: Metrics['gauges']) => Promise<void> | void;

/** Seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What this server counts, for Prometheus. Each server has its own; sums over all of them are made by whoever asks. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #readings: Reading[] = [];
  readonly requests: RequestMetrics;
  readonly #problems: Counter;
  readonly #jobs: Histogram;
  readonly #operations: Counter;
  readonly #webhooks: Counter;
  readonly gauges;

  constructor() {
    const registers = [this.#registry];
    const counter = (name: string, help: string, labelNames: string[]) =>
      new Counter({ name, help, labelNames, registers });
    const gauge = (name: string, help: string, labelNames: string[] = []) =>
      new Gauge({ name, help, labelNames, registers });
    collectDefaultMetrics({ register: this.#registry });
    this.requests = new RequestMetrics(this.#registry);
    this.#problems = counter('freehold_problems_total', 'Errors that were answered, by code.', ['code']);
    this.#jobs = new Histogram({
      name: 'freehold_job_duration_seconds',
      help: 'Time that background jobs took, by task and outcome.',
      labelNames: ['task', 'outcome'],
      buckets: BUCKETS,
      registers,
    });
    this.#operations = counter(
      'freehold_operations_finished_total',
      'Operations of agents that ended, as they reported to this server.',
      ['kind', 'state'],
    );
    this.#webhooks = counter('freehold_webhook_attempts_total', 'Attempts to deliver a webhook.', ['outcome']);
    this.gauges = {
      jobsWaiting: gauge('freehold_jobs_waiting', 'Background jobs that wait, by task.', ['task']),
      hookCalls: gauge('freehold_hook_calls', 'Calls of taps of plugins since they were loaded.', ['plugin', 'hook']),
      hookFailures: gauge('freehold_hook_failures', 'Of these, those that failed.', ['plugin', 'hook']),
      hookP95: gauge('freehold_hook_p95_seconds', 'Time within which 95 % of the calls answered.', ['plugin', 'hook']),
      hookOpen: gauge('freehold_hook_breaker_open', '1 while a tap is left alone because it kept failing.', [
        'plugin',
        'hook',
      ]),
      operations: gauge('freehold_operations_open', 'Operations that wait for a node or run there.', ['state']),
      nodesUnreachable: gauge('freehold_nodes_unreachable', 'Nodes that have not asked for work lately.'),
    };
  }

  /** Called each time somebody asks for the metrics. */
  addReading(reading: Reading): void {
    this.#readings.push(reading);
  }

  countProblem(code: string): void {
    this.#problems.inc({ code });
  }

  recordJob(task: string, outcome: 'done' | 'failed', seconds: number): void {
    this.#jobs.observe({ task, outcome }, seconds);
  }

  countOperation(kind: string, state: string): void {
    this.#operations.inc({ kind, state });
  }

  countWebhook(outcome: 'delivered' | 'failed'): void {
    this.#webhooks.inc({ outcome });
  }

  /** In the text format of Prometheus. */
  async render(): Promise<{ readonly type: string; readonly text: string }> {
    for (const gauge of Object.values(this.gauges)) gauge.reset();
    for (const reading of this.#readings) await reading(this.gauges);
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}
