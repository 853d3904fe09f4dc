import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import { callerSignal, EventStreamContent, sendEvents } from '../http/server-sent-events.ts';
import type { LogLines } from '../nodes/question.service.ts';
import {
  OperationSummary,
  OperationView,
  viewOperation,
  viewOperationSummary,
} from '../operations/operation.schema.ts';
import type { OperationService } from '../operations/operation.service.ts';
import { mapPage } from '../store/page.ts';
import type { ActionService } from './action.service.ts';
import type { AppService } from './app.service.ts';
import type { LogService } from './log.service.ts';

interface Services {
  readonly apps: AppService;
  readonly actions: ActionService;
  readonly logs: LogService;
  readonly operations: OperationService;
}

/** What hangs on an app: its actions, logs and operations. */
export const appPartRoutes =
  ({ apps, actions, logs, operations }: Services): Routes =>
  (http) => {
    const tags = ['apps'];
    const params = Param('app');
    http.post(
      '/v1/apps/:app/actions/:action',
      {
        // The action says which one it takes.
        config: { permission: 'app.read' },
        schema: {
          summary: 'Do something with an app',
          description: 'The body is the input of the action, as GET /v1/app-types/{type} describes it.',
          tags,
          params: Param('app', 'action'),
          body: Type.Unknown(),
          response: answers(202, Type.Object({ operation: OperationView })),
        },
      },
      async ({ authenticated, params, body }, reply) => {
        const request = { action: params.action, input: body };
        const operation = await actions.start(authenticated.actor, params.app, request);
        return reply.code(202).send({ operation: viewOperation(operation) });
      },
    );

    http.get(
      '/v1/apps/:app/operations',
      {
        config: { permission: 'operation.read' },
        schema: {
          summary: 'What was done with an app',
          tags,
          params,
          querystring: PageQuery({}),
          response: answers(200, PageOf(OperationSummary)),
        },
      },
      async ({ authenticated: { actor }, params, query }) => {
        const { app } = await apps.get(actor, params.app);
        return mapPage(await operations.list(actor, { app: app.id }, pageRequest(query)), viewOperationSummary);
      },
    );

    http.get(
      '/v1/apps/:app/logs',
      {
        config: { permission: 'app.read' },
        schema: { summary: 'The logs of an app', tags, params, response: answers(200, PageOf(LogView)) },
      },
      async ({ authenticated, params }) => {
        const items = await logs.list(authenticated.actor, params.app);
        return { items: items.map(({ id, title }) => ({ id, title })), next: null };
      },
    );

    http.get(
      '/v1/apps/:app/logs/:log',
      {
        config: { permission: 'app.read' },
        schema: {
          summary: 'The last lines of a log, and with follow those that come',
          tags,
          params: Param('app', 'log'),
          querystring: LogQuery,
          response: { ...answers(200, LinesView), '2xx': EventStreamContent },
        },
      },
      async (request, reply) => {
        const { authenticated, params, query } = request;
        const signal = callerSignal(request);
        const read = await logs.read(authenticated.actor, params.app, { log: params.log, ...query, signal });
        return query.follow ? sendEvents(reply, toMessages(read)) : collect(read);
      },
    );
  };

const LogView = Type.Object({ id: Type.String(), title: Type.String() });
const LinesView = Type.Object({ lines: Type.Array(Type.String()), problem: Type.Optional(Type.String()) });
const LogQuery = Type.Object(
  {
    lines: Type.Integer({ minimum: 0, maximum: 10_000, default: 200 }),
    follow: Type.Boolean({ default: false }),
  },
  { additionalProperties: false },
);

async function* toMessages(chunks: AsyncGenerator<LogLines>) {
  for await (const { lines, problem } of chunks)
    yield { event: 'lines', data: { lines, ...(problem !== undefined && { problem }) } };
}

async function collect(chunks: AsyncGenerator<LogLines>): Promise<{ lines: string[]; problem?: string }> {
  const found: LogLines[] = [];
  for await (const chunk of chunks) found.push(chunk);
  const problem = found.at(-1)?.problem;
  return { lines: found.flatMap(({ lines }) => [...lines]), ...(problem !== undefined && { problem }) };
}
