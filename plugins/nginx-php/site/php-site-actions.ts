import type { Action, AppInput } from '@freehold/sdk';
import type { PhpSiteSpec } from './php-site.spec.ts';

/** What can be done with a PHP website besides changing it. */
export const phpSiteActions: Readonly<Record<string, Action<PhpSiteSpec>>> = {
  'restart-php': {
    title: 'Restart PHP',
    description: 'Ends the processes of the site. New ones start with the next request.',
    warning: 'Requests that are being computed are cut off.',
    commands: ({ app }: AppInput<PhpSiteSpec>) => [
      {
        id: 'end-processes',
        /** By the title that php-fpm gives its processes: on an unprivileged node all sites have the same user. */
        argv: ['pkill', '--signal', 'TERM', '--euid', app.user, '--full', `^php-fpm: pool ${app.id}-main *$`],
        user: app.user,
        /** 1: there were none. */
        exitCodes: [0, 1],
      },
    ],
  },
  'clear-temporary-files': {
    title: 'Clear temporary files',
    description: 'Deletes what PHP left in the site’s temporary folder: interrupted uploads, caches. Sessions stay.',
    commands: ({ app }: AppInput<PhpSiteSpec>) => [
      {
        id: 'delete-files',
        argv: ['find', `${app.home}/tmp`, '-ignore_readdir_race', '-mindepth', '1', '-delete'],
        user: app.user,
      },
    ],
  },
};
