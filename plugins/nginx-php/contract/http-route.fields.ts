import { type FieldOptions, Fields, RelativePath, Type } from '@freehold/sdk';
import { ByteSize, FileName, HeaderValue, HostName, RedirectTarget, ServerPath, SitePath } from './text.ts';

/** The parts of a route. App types that let tenants set them take the same schemas, so that a problem points to the same field. */

export const RedirectStatus = Type.Enum([301, 302, 307, 308], {
  title: 'Status',
  description:
    '301 and 308 are permanent and remembered by browsers, 302 and 307 are not. 307 and 308 keep the method of the request. Default: 301.',
});

/** What every redirect has, whether it is from a path or from a host name. */
export const redirectFields = {
  path: Type.Optional(
    SitePath({
      title: 'Path',
      description: 'The path that is redirected. Give either a path or a host name.',
      examples: ['/old-page'],
    }),
  ),
  below: Type.Optional(
    Type.Boolean({ title: 'Everything below', description: 'Also redirects all paths below it. Default: no.' }),
  ),
  to: RedirectTarget({
    title: 'Leads to',
    description: 'A URL, or a path of the same site.',
    examples: ['https://www.example.com', '/new-page'],
  }),
  keepPath: Type.Optional(
    Type.Boolean({
      title: 'Keep the rest of the address',
      description: 'Appends what follows the redirected path or host name, query included. Default: no.',
    }),
  ),
  status: Type.Optional(RedirectStatus),
};

export const Redirect = Fields({
  ...redirectFields,
  host: Type.Optional(HostName({ description: 'A host name that only redirects. It is not listed under host names.' })),
});

export const Alias = Fields({
  path: SitePath({
    title: 'Path',
    description: 'Everything below this path is served from the folder.',
    examples: ['/downloads'],
  }),
  base: Type.Optional(ServerPath({ title: 'Base folder', description: 'Default: the folder of the site.' })),
  folder: RelativePath({ title: 'Folder', description: 'Below the base folder.', examples: ['files/public'] }),
});

export const ProxiedPath = Fields({
  path: SitePath({ title: 'Path', description: 'This path and everything below it is passed on.', examples: ['/api'] }),
  target: Type.String({
    title: 'Target',
    description:
      'Where the program listens: a unix socket, or an IP address with a port. No names: one that stops resolving would keep the web server from starting.',
    examples: ['unix:/run/app/http.sock', 'tcp:127.0.0.1:3000'],
    maxLength: 120,
    pattern:
      '^(?:unix:(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._@+-]+)+|tcp:(?:localhost|[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|\\[[0-9a-f:]{2,39}\\]):[0-9]{1,5})$',
  }),
  websockets: Type.Optional(
    Type.Boolean({ title: 'Websockets', description: 'Lets connections be upgraded. Default: no.' }),
  ),
  timeout: Type.Optional(
    Type.Integer({
      title: 'Time limit (seconds)',
      description: 'How long the program may be silent. Default: 60.',
      minimum: 1,
      maximum: 86_400,
    }),
  ),
});

export const FastCgi = Fields(
  {
    address: Type.String({
      title: 'Address',
      description: 'Where PHP listens: the output `socket` of a `php.pool`.',
      examples: ['unix:/run/php/site.sock'],
      maxLength: 120,
      pattern: '^unix:(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._@+-]+)+$',
    }),
    frontController: Type.Optional(FrontController()),
    timeout: Type.Optional(
      Type.Integer({ title: 'Time limit (seconds)', description: 'Default: 75.', minimum: 1, maximum: 86_400 }),
    ),
  },
  { title: 'PHP', description: 'Where the scripts of the folder are computed.' },
);

/** The script that answers every address that is no file. */
export function FrontController() {
  return Type.String({
    title: 'Front controller',
    description:
      'The script that answers every address that is no file or folder, as most frameworks want it. Left out: such addresses answer 404.',
    examples: ['/index.php'],
    maxLength: 200,
    pattern: '^(?:/(?!\\.)[A-Za-z0-9._@+-]+)*/(?!\\.)[A-Za-z0-9._@+-]+\\.php$',
  });
}

export const ERROR_STATUSES = [400, 401, 403, 404, 405, 408, 410, 413, 414, 415, 429, 500, 501, 502, 503, 504] as const;

export const ErrorPage = Fields({
  status: Type.Enum([...ERROR_STATUSES], { title: 'Status', examples: [404] }),
  path: SitePath({ title: 'Page', description: 'Path of the page in the site.', examples: ['/404.html'] }),
});

export const OwnHeader = Fields({
  name: Type.String({
    title: 'Name',
    description: 'Letters, digits and hyphens, with a letter first.',
    examples: ['Permissions-Policy'],
    /** nginx has a hash of hidden headers that takes no longer names. */
    maxLength: 45,
    pattern: '^[A-Za-z][A-Za-z0-9-]*$',
  }),
  value: HeaderValue({ title: 'Value', examples: ['geolocation=(), camera=()'] }),
});

export const FRAME_OPTIONS = ['sameorigin', 'deny'] as const;
export const REFERRER_POLICIES = [
  'no-referrer',
  'no-referrer-when-downgrade',
  'origin',
  'origin-when-cross-origin',
  'same-origin',
  'strict-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
] as const;

export const Headers = Fields(
  {
    frameOptions: Type.Optional(
      Type.Enum([...FRAME_OPTIONS, 'off'], {
        title: 'Frames',
        description:
          'Who may show the site in a frame: the site itself (`sameorigin`), nobody (`deny`), everybody (`off`). Default: `sameorigin`. A header that the site itself sends counts instead.',
      }),
    ),
    referrerPolicy: Type.Optional(
      Type.Enum([...REFERRER_POLICIES, 'off'], {
        title: 'Referrer',
        description:
          'How much of an address other sites learn when a visitor follows a link to them. Default: `strict-origin-when-cross-origin`. A header that the site itself sends counts instead.',
      }),
    ),
    hsts: Type.Optional(
      Fields(
        {
          maxAge: Type.Integer({ title: 'Seconds', minimum: 0, maximum: 63_072_000, examples: [31_536_000] }),
          includeSubdomains: Type.Optional(Type.Boolean({ title: 'All names below too' })),
          preload: Type.Optional(Type.Boolean({ title: 'May be put into browsers’ lists' })),
        },
        {
          title: 'HTTPS only (HSTS)',
          description:
            'Makes browsers refuse plain HTTP for so long. Set it when the site has a certificate that browsers trust; it cannot be taken back.',
        },
      ),
    ),
    own: Type.Optional(
      Type.Array(OwnHeader, {
        title: 'Own headers',
        description: 'Sent with every answer, in place of what the site itself sends under the same name.',
        maxItems: 30,
      }),
    ),
  },
  { title: 'Response headers' },
);

export const Limits = Fields(
  {
    bodySize: Type.Optional(
      ByteSize({
        title: 'Largest request',
        description: 'A larger one is answered with 413. At least 1K, at most 16G.',
        examples: ['64M'],
      }),
    ),
    requestsPerSecond: Type.Optional(
      Type.Integer({
        title: 'Requests per second and address',
        description: 'What exceeds it is answered with 429. Left out: no limit.',
        minimum: 1,
        maximum: 10_000,
      }),
    ),
    burst: Type.Optional(
      Type.Integer({
        title: 'Requests at once',
        description: 'So many may exceed the rate for a moment. Default: ten times the rate.',
        minimum: 0,
        maximum: 100_000,
      }),
    ),
    connections: Type.Optional(
      Type.Integer({
        title: 'Connections per address',
        description: 'What exceeds it is answered with 429. Left out: no limit.',
        minimum: 1,
        maximum: 10_000,
      }),
    ),
  },
  { title: 'Limits' },
);

export const IndexFiles = (options: FieldOptions = {}) =>
  Type.Array(FileName(), {
    title: 'Index files',
    description: 'What is shown for the address of a folder: the first of these that exists.',
    ...options,
    minItems: 1,
    maxItems: 10,
    uniqueItems: true,
  });

export const CACHE_PERIODS = { off: 'off', hour: '1h', day: '24h', week: '7d', month: '30d', year: '365d' } as const;

export const BrowserCache = (options: FieldOptions = {}) =>
  Type.Enum(Object.keys(CACHE_PERIODS) as (keyof typeof CACHE_PERIODS)[], {
    title: 'Browser cache',
    description:
      'How long browsers keep style sheets, scripts, images, fonts and media without asking again. HTML files are asked for every time, unless it is `off`.',
    ...options,
  });
