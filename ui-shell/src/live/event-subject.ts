import type { LiveEvent } from './live-events.ts';

/** The app that an event is about. Events of apps carry it, those of operations name it. */
export function appOf({ data }: LiveEvent): string | undefined {
  return idOf(data.app) ?? idOf((data.operation as { app?: unknown } | undefined)?.app);
}

/** The operation that an event is about. */
export function operationOf({ data }: LiveEvent): string | undefined {
  return idOf(data.operation);
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const id = (value as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' ? id : undefined;
}
