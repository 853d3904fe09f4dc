import { Type } from '@freehold/sdk';
import { assertCan } from '../accounts/permissions.ts';
import type { Routes } from '../http/http.ts';
import { answers } from '../http/schemas.ts';
import type { Metrics } from './metrics.ts';

/** For Prometheus, which sends an API token as its `bearer_token`. */
export const metricsRoutes =
  (metrics: Metrics): Routes =>
  (http) => {
    http.get(
      '/metrics',
      {
        config: { permission: 'metrics.read' },
        schema: {
          summary: 'What this server counts, for Prometheus',
          tags: ['health'],
          response: { ...answers(200, Type.String()), 200: TextContent },
        },
      },
      async ({ authenticated }, reply) => {
        assertCan(authenticated.actor, 'metrics.read');
        const { type, text } = await metrics.render();
        return reply.type(type).send(text);
      },
    );
  };

const TextContent = {
  description: 'The text format of Prometheus.',
  content: { 'text/plain': { schema: Type.String() } },
};
