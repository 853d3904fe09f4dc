import { Type } from '@freehold/sdk';
import { invalid } from '../errors/problem.ts';
import type { Routes } from '../http/http.ts';
import { AnyObject, answers, PageOf } from '../http/schemas.ts';
import { callerSignal, EventStreamContent, sendEvents, wantsEvents } from '../http/server-sent-events.ts';
import type { Store } from '../store/store.ts';
import { BEGINNING, isPosition, readEvents } from './event-reader.ts';
import type { EventStream, Told } from './event-stream.ts';

export const eventRoutes =
  ({ stream, store }: { stream: EventStream; store: Store }): Routes =>
  (http) => {
    http.get(
      '/v1/events',
      {
        config: { permission: 'event.read' },
        schema: {
          summary: 'What happens: as server-sent events, or with Accept: application/json as a page of what happened',
          description:
            'A stream starts now, or after the event that Last-Event-ID or after names. operation.progress is told and not kept.',
          tags: ['events'],
          querystring: EventQuery,
          response: { ...answers(200, PageOf(EventView)), '2xx': EventStreamContent },
        },
      },
      async (request, reply) => {
        const { authenticated, query, headers } = request;
        const { actor } = authenticated;
        const { app, operation, limit } = query;
        const filter = { app, operation, types: query.types?.split(',').map((type) => type.trim()) };
        const after = readPosition(query.cursor ?? query.after ?? headers['last-event-id']);
        if (wantsEvents(request)) {
          const signal = callerSignal(request);
          return sendEvents(reply, toMessages(stream.watch({ actor, filter, after, signal })));
        }
        const page = await readEvents(store, { actor, filter, after: after ?? BEGINNING, limit });
        return { items: page.events, next: page.events.length === limit ? page.position : null };
      },
    );
  };

const Reference = Type.Optional(Type.String({ maxLength: 100 }));
const EventQuery = Type.Object(
  {
    app: Reference,
    operation: Reference,
    types: Type.Optional(Type.String({ maxLength: 1_000, description: 'Separated by commas.' })),
    after: Type.Optional(Type.String({ maxLength: 50, description: 'Id of an event.' })),
    cursor: Type.Optional(Type.String({ maxLength: 50 })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);

const EventView = Type.Object({ id: Type.String(), type: Type.String(), data: AnyObject });

function readPosition(given: string | string[] | undefined): string | undefined {
  const text = Array.isArray(given) ? given[0] : given;
  if (text === undefined || text === '') return undefined;
  if (isPosition(text)) return text;
  throw invalid([{ pointer: '/after', rule: 'position', message: 'This is no id of an event.', value: text }]);
}

async function* toMessages(events: AsyncGenerator<Told>) {
  for await (const { id, type, data } of events) yield { id, event: type, data };
}
