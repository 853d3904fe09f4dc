import type { Problem } from '@freehold/sdk';
import type { PhpSettings } from '../contract/php-settings.ts';
import { bytesOf } from '../contract/text.ts';
import { effectiveSettings } from './pool-settings.ts';

const SIZES = {
  memory_limit: ['16M', '4G'],
  upload_max_filesize: ['1M', '4G'],
  post_max_size: ['1M', '4G'],
} as const;

/** What is wrong with PHP settings beyond their schema. */
export function settingsProblems(chosen: PhpSettings = {}): Problem[] {
  return [...sizeProblems(chosen), ...uploadProblems(chosen), ...timezoneProblems(chosen)];
}

function sizeProblems(chosen: PhpSettings): Problem[] {
  return Object.entries(SIZES).flatMap(([name, [least, most]]) => {
    const size = chosen[name as keyof typeof SIZES];
    if (size === undefined || (bytesOf(size) >= bytesOf(least) && bytesOf(size) <= bytesOf(most))) return [];
    return [
      {
        pointer: `/phpSettings/${name}`,
        message: `${name} cannot be ${size}.`,
        remedy: `Choose between ${least} and ${most}.`,
      },
    ];
  });
}

/** PHP drops a whole form that is larger than post_max_size, and says nothing. */
function uploadProblems(chosen: PhpSettings): Problem[] {
  const { upload_max_filesize: upload, post_max_size: post } = effectiveSettings(chosen);
  if (bytesOf(upload) <= bytesOf(post)) return [];
  return [
    {
      pointer: '/phpSettings/upload_max_filesize',
      message: `A file of ${upload} (upload_max_filesize) does not fit into a form of ${post} (post_max_size).`,
      remedy: 'Raise post_max_size, or lower upload_max_filesize.',
    },
  ];
}

function timezoneProblems({ 'date.timezone': timeZone }: PhpSettings): Problem[] {
  if (timeZone === undefined) return [];
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch {
    return [
      {
        pointer: '/phpSettings/date.timezone',
        message: `There is no time zone ${timeZone}.`,
        remedy: 'Give a name such as Europe/Berlin.',
      },
    ];
  }
}
