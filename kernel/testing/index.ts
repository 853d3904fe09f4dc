import type { TestKernel, TestKernelOptions } from '@freehold/sdk/testing';
import { loadTestCluster } from './cluster.ts';

/** What `@freehold/sdk/testing` is made of. Not for direct use: there it is described. */
export async function createTestKernel(
  options: TestKernelOptions & { readonly folders: readonly string[] },
): Promise<TestKernel> {
  // PostgreSQL starts while the kernel is being loaded. If it cannot, whoever needs it is told.
  loadTestCluster().catch(() => undefined);
  const kernel = await import('./kernel/create-test-kernel.ts');
  return kernel.createTestKernel(options);
}
