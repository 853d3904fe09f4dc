import swagger from '@fastify/swagger';
import type { Http } from './http.ts';

/** The routes describe themselves: the document is made of their schemas. */
export async function describeRoutes(http: Http): Promise<void> {
  await http.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Freehold',
        description: 'The API of a Freehold installation. Errors are listed in docs/errors.md.',
        version: '1.0.0',
        license: { name: 'AGPL-3.0-only', identifier: 'AGPL-3.0-only' },
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token: fh_…' } } },
      security: [{ token: [] }],
    },
  });
}

/** Added after all other routes. */
export function documentRoutes(http: Http): void {
  let document: object | undefined;
  http.get(
    '/v1/openapi.json',
    { config: { permission: 'public' }, schema: { summary: 'This document', tags: ['health'], security: [] } },
    async () => {
      document ??= http.swagger();
      return document;
    },
  );
}
