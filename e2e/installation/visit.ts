import { type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks the web server of this machine for a page, with a connection of its own. */
export function visit(port: number, host: string, path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false, headers: { host } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.once('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.setTimeout(30_000, () => asked.destroy(new Error(`${host}${path} did not answer within 30 s.`)));
    asked.once('error', reject);
    asked.end();
  });
}

/** A visitor who asks again and again. */
export interface Visitor {
  /** Ends the visits and gives what came of them. */
  stop(): Promise<Visits>;
}

export interface Visits {
  readonly requests: number;
  /** Answers that were not as they should be, and connections that failed. */
  readonly failures: readonly string[];
  readonly slowest: number;
  /** Every body that came, in the order of first appearance. */
  readonly bodies: readonly string[];
}

/** Asks without a pause until it is told to stop. */
export function keepVisiting(ask: () => Promise<Answer>, isGood = ({ status }: Answer) => status === 200): Visitor {
  let stopped = false;
  let [requests, slowest] = [0, 0];
  const failures: string[] = [];
  const bodies = new Set<string>();
  const loop = async () => {
    while (!stopped) {
      const startedAt = performance.now();
      const answer = await ask().catch((error: Error) => error);
      requests++;
      slowest = Math.max(slowest, performance.now() - startedAt);
      if (answer instanceof Error) failures.push(answer.message);
      else if (!isGood(answer)) failures.push(`${answer.status} ${answer.body.slice(0, 200)}`);
      else bodies.add(answer.body);
    }
  };
  const ended = Promise.all([loop(), loop()]);
  return {
    async stop() {
      stopped = true;
      await ended;
      return { requests, failures, slowest: Math.round(slowest), bodies: [...bodies] };
    },
  };
}
