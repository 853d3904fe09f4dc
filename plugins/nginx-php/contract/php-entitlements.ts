import { defineFeature, defineLimit, memory, needs, Type, takes, type Use } from '@freehold/sdk';
import type { PhpSettings } from './php-settings.ts';
import { bytesOf } from './text.ts';

/** What packages can give of PHP. */

const VERSION = '^(?:newest|[1-9][0-9]?\\.[0-9]{1,2})$';

export const phpWorkers = defineLimit({
  id: 'nginx-php.workers',
  title: 'PHP processes',
  description: 'Requests that PHP may compute at the same time, of all sites together.',
  unit: 'processes',
  schema: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
});

export const phpMemory = defineLimit({
  id: 'nginx-php.memory',
  title: 'PHP memory of a request',
  description: 'The largest memory limit that a site may choose.',
  unit: 'bytes',
  kind: 'each',
  schema: Type.Integer({ minimum: 16 * 1024 ** 2, maximum: 4 * 1024 ** 3 }),
});

export const phpVersions = defineFeature({
  id: 'nginx-php.versions',
  title: 'PHP versions',
  description: 'Versions that sites may choose; "newest" for sites that choose none.',
  schema: Type.Array(
    Type.String({ description: 'A version such as 8.2, or newest.', maxLength: 6, pattern: VERSION }),
    { uniqueItems: true, maxItems: 50 },
  ),
});

/** What holds when the tenant chooses nothing. */
export const DEFAULT_WORKERS = 5;
export const DEFAULT_MEMORY = '256M';

export interface PhpWish {
  readonly phpVersion?: string;
  readonly workers?: number;
  readonly phpSettings?: PhpSettings;
}

/** What an app with one pool of PHP takes. Fields of the spec have the names that they have in `php.pool`. */
export function phpUses({ phpVersion = 'newest', workers = DEFAULT_WORKERS, phpSettings }: PhpWish): Use[] {
  const bytes = bytesOf(phpSettings?.memory_limit ?? DEFAULT_MEMORY);
  return [
    takes(phpWorkers, workers, { pointer: '/workers' }),
    takes(phpMemory, bytes, { pointer: '/phpSettings/memory_limit' }),
    takes(memory, workers * bytes, { pointer: '/workers' }),
    needs(phpVersions, { value: phpVersion, pointer: '/phpVersion' }),
  ];
}
