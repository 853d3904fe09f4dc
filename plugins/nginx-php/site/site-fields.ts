import { Fields, Hostname, RelativePath, Type } from '@freehold/sdk';
import { ErrorPage, redirectFields } from '../contract/http-route.fields.ts';
import { SitePath } from '../contract/text.ts';

/** Fields that the app types of websites share. Their names are those of the resource types, so that problems found there point here. */

export const Hostnames = Type.Array(Hostname(), {
  title: 'Host names',
  description: 'The names under which visitors find the site. The first one is the main one.',
  examples: [['www.example.com', 'example.com']],
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
});

export const DocumentRoot = RelativePath({
  title: 'Document root',
  description: 'The folder of the deployed files that visitors see. Empty: all of them.',
  examples: ['public'],
  default: '',
});

export const Redirects = Type.Array(
  Fields({
    ...redirectFields,
    host: Type.Optional(
      Hostname({
        title: 'Host name',
        description: 'A name that only redirects. Do not list it under host names.',
        examples: ['old.example.com'],
      }),
    ),
  }),
  {
    title: 'Redirects',
    description: 'From a path of the site, or from another host name.',
    examples: [[{ path: '/old-page', to: '/new-page' }]],
    maxItems: 500,
  },
);

export const ErrorPages = Type.Array(ErrorPage, {
  title: 'Error pages',
  description: 'Pages of the site that are shown when the web server itself has to answer with an error.',
  examples: [[{ status: 404, path: '/404.html' }]],
  maxItems: 32,
});

export const Aliases = Type.Array(
  Fields({
    path: SitePath({
      title: 'Path',
      description: 'Everything below this path is served from the folder.',
      examples: ['/downloads'],
    }),
    in: Type.Enum(['site', 'data'], {
      title: 'Where the folder is',
      description: 'In the deployed files, or in the data folder, which deployments leave as it is.',
    }),
    folder: RelativePath({ title: 'Folder', description: 'Empty: all of it.', examples: ['uploads'] }),
  }),
  {
    title: 'Aliases',
    description:
      'Paths that show another folder than the document root. Only files are served from there, no scripts are run.',
    examples: [[{ path: '/uploads', in: 'data', folder: 'uploads' }]],
    maxItems: 50,
  },
);
