import { findBearer } from '../accounts/token.ts';
import { createHttp } from '../http/api.ts';
import type { Http, Routes } from '../http/http.ts';
import { Param } from '../http/schemas.ts';
import { callerSignal } from '../http/server-sent-events.ts';
import type { Log } from '../log/logger.ts';
import type { EnrolmentService } from '../nodes/enrolment.service.ts';
import type { ExchangeService } from './exchange.service.ts';
import { EnrolBody } from './protocol-schemas.ts';

/** The reports of many applies, with diffs and outputs. */
const BODY_LIMIT = 64 * 1_048_576;

interface Services {
  readonly log: Log;
  readonly exchange: ExchangeService;
  readonly enrolment: EnrolmentService;
}

/** What agents talk to. Nobody else can reach it. */
export async function createExchangeApi(services: Services): Promise<Http> {
  const http = createHttp(services.log, { limits: { body: BODY_LIMIT } });
  http.register(async (scope) => exchangeRoutes(services)(scope as unknown as Http));
  await http.ready();
  return http;
}

const exchangeRoutes =
  ({ exchange, enrolment }: Services): Routes =>
  (http) => {
    // Each of them wants the token or the key of a node.
    const config = { permission: 'public' } as const;

    http.post('/exchange/enrol', { config, schema: { body: EnrolBody } }, async ({ body }) => enrolment.enrol(body));

    http.post('/exchange', { config }, async (request) => {
      const node = await enrolment.authenticate(findBearer(request.headers.authorization));
      return exchange.exchange(node, request.body as never, callerSignal(request));
    });

    http.get('/exchange/uploads/:sha256', { config, schema: { params: Param('sha256') } }, async (request, reply) => {
      const node = await enrolment.authenticate(findBearer(request.headers.authorization));
      return reply.type('application/octet-stream').send(await exchange.openUpload(node, request.params.sha256));
    });
  };
