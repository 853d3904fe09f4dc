import autocannon from 'autocannon';

export interface Load {
  readonly url: string;
  readonly token?: string;
  readonly connections: number;
  readonly seconds: number;
  readonly method?: 'GET' | 'POST';
  readonly body?: object;
  /** Statuses that are meant to come; anything else ends the benchmark. */
  readonly expected?: readonly number[];
}

export interface Measured {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

/** Asks again and again on so many connections, each as soon as it has its answer. */
export async function load({ url, token, connections, seconds, method = 'GET', body, expected = [200] }: Load) {
  const result = await autocannon({
    url,
    method,
    connections,
    duration: seconds,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const {
    latency,
    requests,
    statusCodeStats = {},
  } = result as typeof result & {
    statusCodeStats?: Record<string, { count: number }>;
  };
  const others = Object.keys(statusCodeStats).filter((status) => !expected.includes(Number(status)));
  if (others.length > 0 || result.errors > 0)
    throw new Error(`${url} answered ${JSON.stringify(statusCodeStats)} with ${result.errors} errors`);
  return { perSecond: requests.average, p50: latency.p50, p99: latency.p99, count: requests.total } satisfies Measured;
}
