import { ProblemError } from '../../errors/problem.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Http } from '../http.ts';

/** Counts requests and their time by route, never by address: callers could make up any number of those. */
export function measureRequests(http: Http, metrics: Metrics): void {
  http.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    const { method } = request;
    metrics.requests.record({ method, route, status: reply.statusCode, milliseconds: reply.elapsedTime });
    done();
  });
  http.addHook('onError', (_request, _reply, error, done) => {
    metrics.countProblem(error instanceof ProblemError ? error.code : 'internal-error');
    done();
  });
}
