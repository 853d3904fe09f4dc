import type { Readable } from 'node:stream';
import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Instant, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import { callerSignal, EventStreamContent, sendEvents } from '../http/server-sent-events.ts';
import type { LogLines } from '../nodes/question.service.ts';
import {
  OperationSummary,
  OperationView,
  viewOperation,
  viewOperationSummary,
} from '../operations/operation.schema.ts';
import type { OperationService } from '../operations/operation.service.ts';
import type { Release } from '../store/entities/index.ts';
import { mapPage } from '../store/page.ts';
import type { ActionService } from './action.service.ts';
import type { AppService } from './app.service.ts';
import type { LogService } from './log.service.ts';
import type { ReleaseService } from './release.service.ts';

interface Services {
  readonly apps: AppService;
  readonly releases: ReleaseService;
  readonly actions: ActionService;
  readonly logs: LogService;
  readonly operations: OperationService;
}

/** What hangs on an app: its files, actions, logs and operations. */
export const appPartRoutes =
  ({ apps, releases, actions, logs, operations }: Services): Routes =>
  (http) => {
    const tags = ['apps'];
    const params = Param('app');
    for (const type of ['application/x-tar', 'application/gzip', 'application/x-gzip', 'application/octet-stream'])
      http.addContentTypeParser(type, (_request, payload, done) => done(null, payload));

    http.put(
      '/v1/apps/:app/files',
      {
        schema: {
          summary: 'Deploy files: a tar archive, plain or with gzip',
          tags,
          params,
          response: answers(201, DeployedView),
        },
      },
      async ({ authenticated, params, body }, reply) => {
        const { app, release, operation } = await releases.deploy(authenticated.actor, params.app, body as Readable);
        const current = app.release ?? null;
        return reply.code(201).send({ release: viewRelease(release, current), operation: viewOperation(operation) });
      },
    );

    http.get(
      '/v1/apps/:app/releases',
      {
        schema: { summary: 'The deployments that are kept', tags, params, response: answers(200, PageOf(ReleaseView)) },
      },
      async ({ authenticated, params }) => {
        const { app, releases: kept } = await releases.list(authenticated.actor, params.app);
        return { items: kept.map((release) => viewRelease(release, app.release ?? null)), next: null };
      },
    );

    http.post(
      '/v1/apps/:app/actions/:action',
      {
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
      { schema: { summary: 'The logs of an app', tags, params, response: answers(200, PageOf(LogView)) } },
      async ({ authenticated, params }) => {
        const items = await logs.list(authenticated.actor, params.app);
        return { items: items.map(({ id, title }) => ({ id, title })), next: null };
      },
    );

    http.get(
      '/v1/apps/:app/logs/:log',
      {
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

const ReleaseView = Type.Object({
  number: Type.Integer(),
  sha256: Type.String(),
  format: Type.Enum(['tar', 'tar.gz']),
  bytes: Type.Integer({ description: 'Of the archive.' }),
  unpackedBytes: Type.Integer(),
  entries: Type.Integer(),
  current: Type.Boolean(),
  createdAt: Instant,
});
const DeployedView = Type.Object({ release: ReleaseView, operation: OperationView });
const LogView = Type.Object({ id: Type.String(), title: Type.String() });
const LinesView = Type.Object({ lines: Type.Array(Type.String()), problem: Type.Optional(Type.String()) });
const LogQuery = Type.Object(
  {
    lines: Type.Integer({ minimum: 0, maximum: 10_000, default: 200 }),
    follow: Type.Boolean({ default: false }),
  },
  { additionalProperties: false },
);

function viewRelease({ number, upload, createdAt }: Release, current: number | null) {
  const { sha256, format, bytes, unpackedBytes, entries } = upload;
  return {
    number,
    sha256,
    format,
    bytes,
    unpackedBytes,
    entries,
    current: number === current,
    createdAt: createdAt.toISOString(),
  };
}

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
