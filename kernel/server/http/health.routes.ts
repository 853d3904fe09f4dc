import { Type } from '@freehold/sdk';
import { problem } from '../errors/problem.ts';
import type { Store } from '../store/store.ts';
import type { Routes } from './http.ts';
import { answers } from './schemas.ts';

const Alive = Type.Object({ status: Type.Literal('ok') });

/** `health`: the process answers. `ready`: it can work, because the database answers too. */
export const healthRoutes =
  ({ store, stopping }: { store: Store; stopping: AbortSignal }): Routes =>
  (http) => {
    const config = { permission: 'public' } as const;

    http.get(
      '/health',
      { config, schema: { summary: 'The server runs', tags: ['health'], security: [], response: answers(200, Alive) } },
      async () => ({ status: 'ok' as const }),
    );

    http.get(
      '/ready',
      {
        config,
        schema: { summary: 'The server can work', tags: ['health'], security: [], response: answers(200, Alive) },
      },
      async () => {
        if (stopping.aborted) throw problem('server-stopping', {});
        await store.pool.query('select 1').catch((cause) => {
          throw problem('not-ready', { reason: 'the database does not answer' }, { cause });
        });
        return { status: 'ok' as const };
      },
    );
  };
