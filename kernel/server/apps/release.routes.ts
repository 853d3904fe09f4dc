import { Type } from '@freehold/sdk';
import { problem } from '../errors/problem.ts';
import { isStream } from '../http/body.ts';
import type { Routes } from '../http/http.ts';
import { answers, Instant, PageOf, Param } from '../http/schemas.ts';
import { OperationView, viewOperation } from '../operations/operation.schema.ts';
import type { Release } from '../store/entities/index.ts';
import type { ReleaseService } from './release.service.ts';

/** Archives arrive as streams: nobody holds one in memory. */
const ARCHIVES = ['application/x-tar', 'application/gzip', 'application/x-gzip', 'application/octet-stream'];

/** The files of apps. */
export const releaseRoutes =
  (releases: ReleaseService): Routes =>
  (http) => {
    const tags = ['apps'];
    const params = Param('app');
    for (const type of ARCHIVES) http.addContentTypeParser(type, (_request, body, done) => done(null, body));

    http.put(
      '/v1/apps/:app/files',
      {
        config: { permission: 'app.deploy' },
        schema: {
          summary: 'Deploy files: a tar archive, plain or with gzip',
          tags,
          params,
          response: answers(201, DeployedView),
        },
      },
      async ({ authenticated, params, body, headers }, reply) => {
        if (!isStream(body))
          throw problem('unsupported-media-type', { type: headers['content-type'] ?? 'of the request' });
        const { app, release, operation } = await releases.deploy(authenticated.actor, params.app, body);
        const current = app.release ?? null;
        return reply.code(201).send({ release: viewRelease(release, current), operation: viewOperation(operation) });
      },
    );

    http.get(
      '/v1/apps/:app/releases',
      {
        config: { permission: 'app.read' },
        schema: { summary: 'The deployments that are kept', tags, params, response: answers(200, PageOf(ReleaseView)) },
      },
      async ({ authenticated, params }) => {
        const { app, releases: kept } = await releases.list(authenticated.actor, params.app);
        return { items: kept.map((release) => viewRelease(release, app.release ?? null)), next: null };
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

function viewRelease({ number, upload, createdAt }: Release, current: number | null) {
  const { sha256, format, bytes, unpackedBytes, entries } = upload;
  return {
    ...{ number, sha256, format, bytes, unpackedBytes, entries },
    current: number === current,
    createdAt: createdAt.toISOString(),
  };
}
