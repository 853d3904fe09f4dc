import { problem } from '../errors/problem.ts';
import type { Reply, Request, Routes } from '../http/http.ts';
import { type PanelFile, PanelFiles } from './panel-files.ts';
import { documentHeaders } from './security-headers.ts';

/** The panel, at every address that is not the API's: its pages have addresses of their own, which the panel itself reads. */
export const panelRoutes =
  (folder: string): Routes =>
  (http) => {
    const files = new PanelFiles(folder);
    http.route({
      method: ['GET', 'HEAD'],
      url: '/*',
      config: { permission: 'public' },
      schema: { hide: true },
      handler: async (request, reply) => {
        const path = pathOf(request);
        if (isApi(path)) throw notFound(request, path);
        reply.headers(documentHeaders);
        const panel = await files.load();
        if (!panel) return sayNotBuilt(reply);
        const file = panel.get(path) ?? (isAsset(path) ? undefined : panel.get('/index.html'));
        if (!file) throw notFound(request, path);
        return sendFile(request, reply, file);
      },
    });
  };

/** As it was sent, not decoded: it is looked up in a list and never becomes the path of a file. */
function pathOf(request: Request): string {
  const [path = '/'] = request.url.split(/[?#]/);
  return path === '/' ? '/index.html' : path;
}

function isApi(path: string): boolean {
  return /^\/(?:v\d+|health|ready)(?:\/|$)/.test(path);
}

/** What the build names after its content. A page that is answered in its place would only confuse. */
function isAsset(path: string): boolean {
  return path.startsWith('/assets/');
}

function sendFile(request: Request, reply: Reply, file: PanelFile): Reply {
  const { encoding, content, etag } = file.choose(request.headers['accept-encoding']);
  reply
    .header('content-type', file.type)
    .header('cache-control', isAsset(file.path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('vary', 'accept-encoding')
    .header('etag', etag);
  if (knows(request, etag)) return reply.code(304).send();
  if (encoding) reply.header('content-encoding', encoding);
  return reply.send(content);
}

function knows(request: Request, etag: string): boolean {
  const tags = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag);
}

function sayNotBuilt(reply: Reply): Reply {
  return reply.code(503).type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(NOT_BUILT);
}

const NOT_BUILT = `The panel has not been built.

npm start builds it. If you started the server by hand, run this in the checkout:

  npm run build --workspace ui-shell

The API works without it: /v1/openapi.json describes it.
`;

function notFound(request: Request, path: string): Error {
  return problem('route-not-found', { route: `${request.method} ${path}` });
}
