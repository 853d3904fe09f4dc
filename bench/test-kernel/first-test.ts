import { join } from 'node:path';
import { createTestKernel } from '@freehold/sdk/testing';

/** One test in a process of its own. Says how long it took to load the kernel, and to make kernel and app. */
const start = performance.now();
await import('../../kernel/testing/kernel/create-test-kernel.ts');
const loaded = performance.now();
await using kernel = await createTestKernel({ plugins: [join(import.meta.dirname, '../../plugins/nginx-php')] });
await kernel.apps.create('php-site', { hostnames: ['a.test'] });
process.stdout.write(`${JSON.stringify({ loaded: loaded - start, made: performance.now() - loaded })}\n`);
