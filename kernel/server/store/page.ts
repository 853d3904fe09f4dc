import type { InferEntity } from '@mikro-orm/core';
import { problem } from '../errors/problem.ts';
import type { Transaction } from './store.ts';

export interface PageRequest {
  readonly limit: number;
  /** What `next` of the page before said. */
  readonly cursor?: string;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

interface ListOptions extends PageRequest {
  /** Condition of MikroORM's kind. */
  readonly where: object;
  readonly populate?: readonly string[];
}

/** One page of entities, the newest first: ids sort by time. One query, whatever page it is. */
export async function loadPage<Schema extends object>(
  reader: Transaction,
  entity: Schema,
  { where, limit, cursor, populate = [] }: ListOptions,
): Promise<Page<InferEntity<Schema>>> {
  const before = cursor === undefined ? {} : { id: { $lt: decodeCursor(cursor) } };
  // The mapper's types cannot follow an entity that is a type parameter.
  const find = reader.find.bind(reader) as unknown as (entity: object, ...rest: object[]) => Promise<{ id: string }[]>;
  const found = await find(entity, { $and: [where, before] }, { orderBy: { id: 'desc' }, limit: limit + 1, populate });
  const items = found.slice(0, limit);
  return {
    items: items as unknown as InferEntity<Schema>[],
    next: found.length > limit ? encodeCursor(items.at(-1)?.id ?? '') : null,
  };
}

/** Opaque to callers, so that what it holds may change. */
export function encodeCursor(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** @throws ProblemError invalid-cursor */
export function decodeCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!/^[a-z0-9_-]{1,60}$/.test(key) || encodeCursor(key) !== cursor) throw problem('invalid-cursor', { cursor });
  return key;
}

/** The same page of something else. */
export function mapPage<From, To>({ items, next }: Page<From>, map: (item: From) => To): Page<To> {
  return { items: items.map(map), next };
}
