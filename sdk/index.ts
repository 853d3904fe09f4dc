/** The public contract of Freehold: what a plugin author sees. */
export * from './app-type.ts';
export * from './entitlement.ts';
export * from './hook.ts';
export * from './kernel-hooks.ts';
export * from './kernel-limits.ts';
export * from './manifest.ts';
export * from './node.ts';
export * from './permission.ts';
export * from './plugin.ts';
export * from './primitives.ts';
export * from './problem.ts';
export * from './releases.ts';
export * from './render/template.ts';
export * from './resource.ts';
export * from './resource-type.ts';
export * from './schema.ts';
