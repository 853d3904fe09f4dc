import { defineResourceType, Fields, RelativePath, type Static, Type } from '@freehold/sdk';
import {
  Alias,
  BrowserCache,
  ErrorPage,
  FastCgi,
  Headers,
  IndexFiles,
  Limits,
  ProxiedPath,
  Redirect,
} from './http-route.fields.ts';
import { HostName, ServerPath, SitePath } from './text.ts';

export const HttpRouteSpec = Fields({
  hostnames: Type.Array(HostName(), {
    title: 'Host names',
    description: 'The names under which the route answers.',
    minItems: 1,
    maxItems: 600,
    uniqueItems: true,
  }),
  folder: Type.Optional(
    ServerPath({
      title: 'Folder',
      description:
        'The folder with the files. Its own path is trusted and may be a link. Links below it are followed only to what belongs to the owner of the link.',
    }),
  ),
  documentRoot: Type.Optional(
    RelativePath({ title: 'Document root', description: 'The part of the folder that is served. Default: all of it.' }),
  ),
  indexFiles: Type.Optional(IndexFiles()),
  fallback: Type.Optional(
    SitePath({
      title: 'Fallback',
      description:
        'The file that is shown, with status 200, for every address that is no file: for single-page applications.',
      examples: ['/index.html'],
    }),
  ),
  fastcgi: Type.Optional(FastCgi),
  proxies: Type.Optional(Type.Array(ProxiedPath, { title: 'Proxies', maxItems: 50 })),
  redirects: Type.Optional(Type.Array(Redirect, { title: 'Redirects', maxItems: 500 })),
  aliases: Type.Optional(Type.Array(Alias, { title: 'Aliases', maxItems: 50 })),
  errorPages: Type.Optional(Type.Array(ErrorPage, { title: 'Error pages', maxItems: 32 })),
  headers: Type.Optional(Headers),
  browserCache: Type.Optional(BrowserCache()),
  compression: Type.Optional(Type.Boolean({ title: 'Compression', description: 'Default: yes.' })),
  limits: Type.Optional(Limits),
  tls: Type.Optional(
    Fields(
      {
        certificate: ServerPath({ title: 'Certificate', description: 'PEM file, the chain included.' }),
        key: ServerPath({ title: 'Private key', description: 'PEM file.' }),
        redirect: Type.Optional(
          Type.Boolean({ title: 'HTTPS only', description: 'Redirects plain HTTP to HTTPS. Default: no.' }),
        ),
      },
      {
        title: 'Certificate',
        description: 'Left out: HTTPS answers with the node’s own certificate, which browsers do not trust.',
      },
    ),
  ),
  logFolder: Type.Optional(
    ServerPath({
      title: 'Folder of the logs',
      description: 'Only root may be able to write there. Default: `logs` in the home of the owner.',
    }),
  ),
  suspended: Type.Optional(
    Type.Boolean({ title: 'Suspended', description: 'Answers every address with 503 and a page that says so.' }),
  ),
});
export type HttpRouteSpec = Static<typeof HttpRouteSpec>;

/**
 * Host names that the node's web server answers, over HTTP and HTTPS. The home folder of the owner and the folder of the
 * logs are the owner's to declare. The logs are `access` and `error` for the route `main`, `<id>-access` and `<id>-error` for others.
 */
export const httpRoute = defineResourceType({ type: 'http.route', version: 1, spec: HttpRouteSpec });
