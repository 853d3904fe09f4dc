import { defineResourceType, type FieldOptions, Fields, type Static, Type } from '@freehold/sdk';
import { PhpSettings } from './php-settings.ts';
import { EnvironmentValue, ServerPath } from './text.ts';

/** Names of variables that a tenant may set: not those that Freehold sets. */
export const Environment = Type.Record(
  Type.String({ pattern: '^(?!FREEHOLD_)[A-Za-z_][A-Za-z0-9_]{0,127}$' }),
  EnvironmentValue({ title: 'Value', description: 'One line, without a dollar sign.' }),
  {
    title: 'Environment variables',
    description:
      'What scripts read with getenv(). Values have one line, no dollar sign, and are not empty. Kept out of plans and logs.',
    maxProperties: 100,
    additionalProperties: false,
  },
);

export const PhpVersion = () =>
  Type.String({
    title: 'PHP version',
    description: 'One of those installed on the node. Left out: the newest.',
    examples: ['8.2'],
    maxLength: 5,
    pattern: '^[1-9][0-9]?\\.[0-9]{1,2}$',
  });

export const Workers = (options: FieldOptions = {}) =>
  Type.Integer({
    title: 'Processes at once',
    description: 'So many requests are computed at the same time; further ones wait. Idle processes end. Default: 5.',
    ...options,
    minimum: 1,
    maximum: 200,
  });

/** Field names are those of the app type `php-site`, so that a problem found here points to the same field there. */
export const PhpPoolSpec = Fields({
  phpVersion: Type.Optional(PhpVersion()),
  phpSettings: Type.Optional(PhpSettings),
  environment: Type.Optional(Environment),
  systemEnvironment: Type.Optional(
    Type.Record(Type.String({ pattern: '^FREEHOLD_[A-Z0-9_]{1,100}$' }), EnvironmentValue(), {
      title: 'Variables set by the app type',
      description: 'Shown in plans. Scripts read them with getenv() too.',
      maxProperties: 100,
      additionalProperties: false,
    }),
  ),
  workers: Type.Optional(Workers()),
  folders: Type.Array(ServerPath(), {
    title: 'Folders',
    description: 'What scripts may open, with everything below. Their own temporary files and sessions are added.',
    minItems: 1,
    maxItems: 20,
  }),
  temporaryFolder: Type.Optional(
    ServerPath({
      title: 'Folder of temporary files',
      description: 'Made by the driver. Default: `tmp` in the home of the app.',
    }),
  ),
  sessionFolder: Type.Optional(
    ServerPath({
      title: 'Folder of sessions',
      description: 'Made by the driver. Default: `sessions` in the home of the app.',
    }),
  ),
  logFolder: Type.Optional(
    ServerPath({
      title: 'Folder of the error log',
      description: 'Made by the driver, and writable for the app. Default: `logs/php` in the home of the app.',
    }),
  ),
  slowLog: Type.Optional(
    Fields(
      {
        seconds: Type.Integer({
          title: 'Seconds',
          description: 'A request that takes longer is logged.',
          minimum: 1,
          maximum: 3600,
        }),
        folder: Type.Optional(
          ServerPath({
            title: 'Folder',
            description: 'Only root may be able to write there. Default: `logs` in the home of the app.',
          }),
        ),
      },
      { title: 'Log of slow requests' },
    ),
  ),
  suspended: Type.Optional(
    Type.Boolean({
      title: 'Suspended',
      description: 'Keeps folders and logs, and runs nothing. The socket does not exist then.',
    }),
  ),
});
export type PhpPoolSpec = Static<typeof PhpPoolSpec>;

/**
 * Processes that compute PHP as the app's own unix user. The user, the app's home folder and its folder `logs` are the
 * app's to declare. The logs are `php` (and `php-slow`) for the pool `main`, `<id>-php` for others.
 */
export const phpPool = defineResourceType({
  type: 'php.pool',
  version: 1,
  spec: PhpPoolSpec,
  outputs: {
    socket: 'Where it takes FastCGI requests: `unix:/…`.',
    version: 'The PHP version that runs, `8.2`.',
  },
});
