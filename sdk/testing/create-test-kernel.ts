import { loadKernel } from './load-kernel.ts';
import type { TestKernelOptions } from './options.ts';
import { findPluginFolders } from './plugin-folders.ts';
import type { TestKernel } from './test-kernel.ts';

/**
 * Makes a kernel of its own for one test: `await using kernel = await createTestKernel({ plugins: [import.meta.url] })`. Nothing
 * listens on a port and nothing waits; the first one starts a throw-away PostgreSQL that the others share.
 *
 * @throws TestKernelError when a plugin cannot run, with all that is wrong with all of them
 */
export async function createTestKernel(options: TestKernelOptions): Promise<TestKernel> {
  const folders = findPluginFolders(options.plugins);
  const kernel = await loadKernel();
  return kernel.createTestKernel({ ...options, folders });
}
