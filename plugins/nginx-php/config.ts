import { Fields, type Static, Type } from '@freehold/sdk';

/** What the hoster sets, per installation and per node. */
export const Config = Fields({
  packages: Type.Array(
    Type.String({
      description: 'The name of a Debian package that begins with nginx, libnginx-mod- or php.',
      maxLength: 100,
      pattern: '^(?:nginx|libnginx-mod-|php)[a-z0-9.+-]*$',
    }),
    {
      title: 'Packages',
      description:
        'Debian packages of nginx, PHP and the extensions that sites may use. A second PHP version is added here, if the node’s package sources have it.',
      examples: [['nginx', 'php-fpm', 'php-mysql', 'php8.4-fpm']],
      default: [
        'nginx',
        'php-fpm',
        'php-bcmath',
        'php-cli',
        'php-curl',
        'php-gd',
        'php-intl',
        'php-mbstring',
        'php-mysql',
        'php-sqlite3',
        'php-xml',
        'php-zip',
      ],
      uniqueItems: true,
      maxItems: 100,
    },
  ),
  phpSearchPaths: Type.Array(
    Type.String({
      description: 'Either /usr/sbin, /usr/local/sbin or a folder below /opt.',
      maxLength: 200,
      pattern: '^/(?:usr/sbin|usr/local/sbin|opt(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._+-]+)+)$',
    }),
    {
      title: 'Folders with PHP',
      description:
        'Where programs named like php-fpm8.2 are looked for. They must exist. Of two programs with the same version the one in the earlier folder is taken.',
      examples: [['/usr/sbin', '/opt/php/8.4/sbin']],
      default: ['/usr/sbin', '/usr/local/sbin'],
      minItems: 1,
      maxItems: 20,
      uniqueItems: true,
    },
  ),
  disabledFunctions: Type.Array(
    Type.String({
      description: 'The name of a PHP function in lower case.',
      maxLength: 100,
      pattern: '^[a-z_][a-z0-9_]*$',
    }),
    {
      title: 'Disabled PHP functions',
      description: 'Functions that no site on the node may call.',
      examples: [['exec', 'passthru', 'popen', 'proc_open', 'shell_exec', 'system']],
      default: [],
      uniqueItems: true,
      maxItems: 200,
    },
  ),
  opcacheMegabytes: Type.Integer({
    title: 'Memory for compiled PHP (MB)',
    description: 'Shared by all sites that run the same PHP version.',
    default: 256,
    minimum: 32,
    maximum: 16_384,
  }),
  reloadGraceSeconds: Type.Integer({
    title: 'Grace for running PHP requests (seconds)',
    description:
      'When the set of sites changes, PHP starts again. Requests that run are given so long to finish, and new ones of all sites wait for them.',
    default: 3,
    minimum: 1,
    maximum: 5,
  }),
  drainSeconds: Type.Integer({
    title: 'Grace for open connections (seconds)',
    description:
      'After a change of the web server’s configuration, downloads and websockets that are open may go on for so long.',
    default: 300,
    minimum: 1,
    maximum: 86_400,
  }),
});
export type Config = Static<typeof Config>;
