import { DEFAULT_MEMORY } from '../contract/php-entitlements.ts';
import type { PhpSettings } from '../contract/php-settings.ts';
import { bytesOf } from '../contract/text.ts';

export interface PoolSetting {
  readonly name: string;
  readonly value: string | number;
  /** Scripts cannot change it. */
  readonly fixed: boolean;
}

/** What holds when the tenant chooses nothing. */
const DEFAULTS = {
  memory_limit: DEFAULT_MEMORY,
  upload_max_filesize: '64M',
  post_max_size: '64M',
  max_file_uploads: 20,
  max_input_vars: 5000,
  max_execution_time: 60,
  max_input_time: 60,
  default_socket_timeout: 60,
  display_errors: false,
  error_reporting: 'no-deprecated',
  'date.timezone': 'UTC',
  'session.gc_maxlifetime': 1440,
  allow_url_fopen: true,
  short_open_tag: false,
  'opcache.enable': true,
} as const satisfies Required<PhpSettings>;

/** Scripts may choose otherwise for one request. */
const CHANGEABLE = new Set<string>([
  'max_execution_time',
  'default_socket_timeout',
  'display_errors',
  'error_reporting',
  'date.timezone',
  'session.gc_maxlifetime',
]);

/** As numbers, because php-fpm does not know PHP's constants: E_ALL, without E_(USER_)DEPRECATED, without E_(USER_)NOTICE and E_STRICT. */
const ERROR_REPORTING = { all: 32767, 'no-deprecated': 8191, 'no-notices': 5111, errors: 4437 };

/** Every setting with the value that holds. Of the two sizes that belong together, the one that is left open follows the other. */
export function effectiveSettings(chosen: PhpSettings = {}): Required<PhpSettings> {
  const { upload_max_filesize: upload, post_max_size: post } = chosen;
  return {
    ...DEFAULTS,
    ...chosen,
    upload_max_filesize: upload ?? smaller(DEFAULTS.upload_max_filesize, post ?? DEFAULTS.post_max_size),
    post_max_size: post ?? larger(DEFAULTS.post_max_size, upload ?? DEFAULTS.upload_max_filesize),
  };
}

/** The settings as php-fpm reads them, in a fixed order. Each process warns that OPcache, which is on, cannot be put on by a pool. */
export function poolSettings(chosen: PhpSettings | undefined): PoolSetting[] {
  return Object.entries(effectiveSettings(chosen))
    .filter(([name, value]) => !(name === 'opcache.enable' && value === true))
    .map(([name, value]) => ({ name, value: written(name, value), fixed: !CHANGEABLE.has(name) }));
}

function written(name: string, value: string | number | boolean): string | number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return name === 'error_reporting' ? ERROR_REPORTING[value as keyof typeof ERROR_REPORTING] : value;
}

function larger(a: string, b: string): string {
  return bytesOf(b) > bytesOf(a) ? b : a;
}

function smaller(a: string, b: string): string {
  return bytesOf(b) < bytesOf(a) ? b : a;
}
