import type { TestKernelOptions } from './options.ts';
import type { TestKernel } from './test-kernel.ts';

/** What `@freehold/kernel/testing` exports for the harness. */
export interface KernelTesting {
  createTestKernel(options: TestKernelOptions & { readonly folders: readonly string[] }): Promise<TestKernel>;
}

/** A name that is computed: the compiler must not take the kernel into the SDK. */
const KERNEL = ['@freehold/kernel', 'testing'].join('/');

/** @throws Error when the package is not installed */
export async function loadKernel(): Promise<KernelTesting> {
  try {
    return (await import(KERNEL)) as KernelTesting;
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND' || !String(cause).includes(KERNEL)) throw cause;
    throw new Error(`${KERNEL} is not installed. Add it: npm install --save-dev @freehold/kernel`, { cause });
  }
}
