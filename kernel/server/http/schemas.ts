import { type Static, type TSchema, Type } from '@freehold/sdk';
import type { PageRequest } from '../store/page.ts';

/** An object that refuses members it does not know. */
export const Body = <Properties extends Record<string, TSchema>>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

export const Instant = Type.String({ description: 'ISO 8601, UTC.' });
export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
export const AnyObject = Type.Record(Type.String(), Type.Unknown());

/** An id in an address. One that is not well-formed is not found, like one that does not exist. */
export const Param = <Name extends string>(...names: readonly Name[]) =>
  Type.Object(
    Object.fromEntries(names.map((name) => [name, Type.String()])) as Record<Name, ReturnType<typeof Type.String>>,
  );

const pageFields = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Items at the most.' }),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'What next of the page before said.' })),
};

/** The query of a list. */
export const PageQuery = <Filters extends Record<string, TSchema>>(filters: Filters) =>
  Type.Object({ ...pageFields, ...filters }, { additionalProperties: false });

export const PageOf = <Schema extends TSchema>(items: Schema) =>
  Type.Object({
    items: Type.Array(items),
    next: Nullable(Type.String({ description: 'Cursor of the next page; null on the last one.' })),
  });

/** Takes the two fields of paging out of a query. */
export function pageRequest({ limit, cursor }: { limit: number; cursor?: string }): PageRequest {
  return { limit, cursor };
}

export const ProblemDocument = Type.Object({
  type: Type.String({ description: 'urn:freehold:error: and the code.' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  remedy: Type.String(),
  retryable: Type.Boolean(),
  instance: Type.String(),
  errors: Type.Optional(
    Type.Array(
      Type.Object({
        pointer: Type.String({ description: 'JSON Pointer to the field.' }),
        message: Type.String(),
        rule: Type.Optional(Type.String()),
        value: Type.Optional(Type.Unknown()),
        remedy: Type.Optional(Type.String()),
      }),
    ),
  ),
});
export type ProblemDocument = Static<typeof ProblemDocument>;

/** The answers of a route: the good one, and problem details for all others. */
export function answers<Status extends number, Schema extends TSchema>(status: Status, schema: Schema) {
  return { [status]: schema, '4xx': ProblemDocument, '5xx': ProblemDocument } as Record<Status, Schema>;
}
