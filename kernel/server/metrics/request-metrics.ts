import { Histogram, type Registry } from 'prom-client';

export interface MeasuredRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** Seconds: close together where the goals are. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** Times of requests by route. How many there were is the count of each histogram. */
export class RequestMetrics {
  readonly #seconds: Histogram<'method' | 'route' | 'status'>;
  /** Finding a histogram by its labels costs more than all the rest, so it is done once for each route. */
  readonly #known = new Map<string, ReturnType<Histogram<'method' | 'route' | 'status'>['labels']>>();

  constructor(registry: Registry) {
    this.#seconds = new Histogram({
      name: 'freehold_http_request_duration_seconds',
      help: 'Time that requests took, by method, route and class of the status.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers: [registry],
    });
  }

  record({ method, route, status, milliseconds }: MeasuredRequest): void {
    const key = `${method} ${route} ${Math.floor(status / 100)}`;
    let histogram = this.#known.get(key);
    if (!histogram) {
      histogram = this.#seconds.labels({ method, route, status: `${Math.floor(status / 100)}xx` });
      this.#known.set(key, histogram);
    }
    histogram.observe(milliseconds / 1_000);
  }
}
