/** The harness with which plugin authors prove their plugins. Needs the package `@freehold/kernel`. */
export type { AcceptedText, ConformanceOptions, DefineTest } from './conformance/options.ts';
export { testPluginConformance } from './conformance/test-plugin-conformance.ts';
export * from './create-test-kernel.ts';
export * from './options.ts';
export * from './test-app.ts';
export * from './test-kernel.ts';
export * from './test-kernel-error.ts';
export * from './test-node.ts';
export * from './test-operation.ts';
