import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Body, Instant, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import { callerSignal, EventStreamContent, sendEvents } from '../http/server-sent-events.ts';
import { type OperationLogLine, operationStates } from '../store/entities/index.ts';
import { mapPage } from '../store/page.ts';
import type { LogFollower } from './log-follower.ts';
import {
  OperationDetailView,
  OperationSummary,
  OperationView,
  viewOperation,
  viewOperationSummary,
} from './operation.schema.ts';
import type { OperationService } from './operation.service.ts';
import type { UndoService } from './undo.service.ts';

interface Services {
  readonly operations: OperationService;
  readonly undo: UndoService;
  readonly follower: LogFollower;
}

export const operationRoutes =
  ({ operations, undo, follower }: Services): Routes =>
  (http) => {
    const tags = ['operations'];
    const params = Param('operation');
    const begun = answers(202, Type.Object({ operation: OperationView }));

    http.get(
      '/v1/operations',
      {
        config: { permission: 'operation.read' },
        schema: {
          summary: 'What was done',
          tags,
          querystring: OperationQuery,
          response: answers(200, PageOf(OperationSummary)),
        },
      },
      async ({ authenticated, query }) => {
        const { limit, cursor, ...filter } = query;
        const page = await operations.list(authenticated.actor, filter, pageRequest({ limit, cursor }));
        return mapPage(page, viewOperationSummary);
      },
    );

    http.get(
      '/v1/operations/:operation',
      {
        config: { permission: 'operation.read' },
        schema: { summary: 'One operation with its steps', tags, params, response: answers(200, OperationDetailView) },
      },
      async ({ authenticated, params }) => {
        const operation = await operations.get(authenticated.actor, params.operation);
        return { ...viewOperation(operation), undoable: await undo.isUndoable(operation) };
      },
    );

    http.get(
      '/v1/operations/:operation/log',
      {
        config: { permission: 'operation.read' },
        schema: {
          summary: 'What was said while it was done, and with follow what is said until it ends',
          tags,
          params,
          querystring: Type.Object({ follow: Type.Boolean({ default: false }) }, { additionalProperties: false }),
          response: { ...answers(200, PageOf(LineView)), '2xx': EventStreamContent },
        },
      },
      async (request, reply) => {
        const { authenticated, params, query } = request;
        const operation = await operations.get(authenticated.actor, params.operation);
        if (!query.follow) return { items: (await operations.loadLog(operation)).map(viewLine), next: null };
        return sendEvents(reply, toMessages(follower.follow(operation.id, callerSignal(request))));
      },
    );

    http.post(
      '/v1/operations/:operation/undo',
      {
        config: { permission: 'app.change' },
        schema: { summary: 'Take back what was done', tags, params, body: Body({}), response: begun },
      },
      async ({ authenticated, params }, reply) =>
        reply.code(202).send({ operation: viewOperation(await undo.undo(authenticated.actor, params.operation)) }),
    );

    http.post(
      '/v1/operations/:operation/retry',
      {
        config: { permission: 'app.change' },
        schema: { summary: 'Do again what failed', tags, params, body: Body({}), response: begun },
      },
      async ({ authenticated, params }, reply) =>
        reply.code(202).send({ operation: viewOperation(await undo.retry(authenticated.actor, params.operation)) }),
    );
  };

const OperationQuery = PageQuery({
  app: Type.Optional(Type.String({ maxLength: 100 })),
  node: Type.Optional(Type.String({ maxLength: 100 })),
  state: Type.Optional(Type.Enum([...operationStates])),
});

const LineView = Type.Object({
  number: Type.Integer(),
  at: Instant,
  level: Type.Enum(['info', 'warning', 'error', 'output']),
  message: Type.String(),
});

function viewLine({ number, at, level, message }: OperationLogLine) {
  return { number, at: at.toISOString(), level, message };
}

async function* toMessages(lines: AsyncGenerator<OperationLogLine>) {
  for await (const line of lines) yield { id: String(line.number), event: 'line', data: viewLine(line) };
}
