/** What `@freehold/sdk/testing` is made of. Not for direct use. */
export { createTestKernel } from './kernel/create-test-kernel.ts';
