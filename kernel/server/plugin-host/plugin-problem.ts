import type { PluginProblem, PluginState } from './plugin-host.ts';

/** Whose fault it is decides the state: `failed` is the plugin's own, `blocked` is about what is around it. */
type Entry = {
  readonly state: 'failed' | 'blocked' | 'quarantined' | 'needs-approval' | 'running';
  readonly remedy: string;
};

/** Everything that can be wrong with a plugin. A remedy may be made more exact where the problem is found. */
export const pluginProblems = {
  'manifest-unreadable': { state: 'failed', remedy: 'Correct the package.json, or install the plugin again.' },
  'manifest-missing': {
    state: 'failed',
    remedy: 'Add a "freehold" block to the package.json, or move the folder away.',
  },
  'manifest-format-unknown': { state: 'blocked', remedy: 'Use a version of the plugin that fits this kernel.' },
  'manifest-invalid': { state: 'failed', remedy: 'Correct the "freehold" block of the package.json.' },
  'version-invalid': { state: 'failed', remedy: 'Give the package a version such as 1.0.0 (semver.org).' },
  'entry-missing': { state: 'failed', remedy: 'Name the module in "exports" of the package.json, and build it.' },
  'range-invalid': { state: 'failed', remedy: 'Write a semver range such as ^1.0.0.' },
  'engine-unbounded': {
    state: 'failed',
    remedy: 'Write a range that ends before the next major version, such as ^1.0.0.',
  },
  'engine-mismatch': { state: 'blocked', remedy: 'Use a version of the plugin that fits this kernel.' },
  'plugin-duplicate': { state: 'blocked', remedy: 'Remove one of the two folders.' },
  'app-type-duplicate': { state: 'blocked', remedy: 'Remove one of the two plugins.' },
  'resource-type-duplicate': { state: 'blocked', remedy: 'Remove one of the two plugins.' },
  'resource-missing': { state: 'blocked', remedy: 'Install a plugin that provides it.' },
  'resource-version-mismatch': { state: 'blocked', remedy: 'Use versions of the two plugins that fit each other.' },
  'plugin-missing': { state: 'blocked', remedy: 'Install it.' },
  'plugin-version-mismatch': { state: 'blocked', remedy: 'Use versions of the two plugins that fit each other.' },
  'requirement-not-running': { state: 'blocked', remedy: 'Put that plugin right first.' },
  'dependency-cycle': { state: 'blocked', remedy: 'One of them must do without the others.' },
  'hook-unknown': { state: 'blocked', remedy: 'Use a version of the plugin that fits this kernel.' },
  'hook-version-mismatch': { state: 'blocked', remedy: 'Use a version of the plugin that fits this kernel.' },
  'needs-approval': { state: 'needs-approval', remedy: 'Approve the plugin if you trust it with that.' },
  quarantined: { state: 'quarantined', remedy: 'Find the cause in the log, then reset the plugin.' },
  'import-failed': { state: 'failed', remedy: 'Install its dependencies, or a version of the plugin that is whole.' },
  'import-timeout': { state: 'failed', remedy: 'The module must not wait for anything while it is imported.' },
  'export-invalid': { state: 'failed', remedy: 'The default export must be what definePlugin() gives.' },
  'code-missing': { state: 'failed', remedy: 'Add the code, or take it out of "contributes".' },
  'declaration-missing': { state: 'failed', remedy: 'Declare it in "contributes", or take the code out.' },
  'schema-invalid': { state: 'failed', remedy: 'Correct the schema.' },
  'schema-open': { state: 'failed', remedy: 'Make objects with Fields(), which refuses what it does not know.' },
  'config-without-default': {
    state: 'failed',
    remedy: 'Give every field of the configuration a default, or make it optional.',
  },
  'config-invalid': { state: 'failed', remedy: 'Correct the configuration of the plugin.' },
  'contribution-invalid': { state: 'failed', remedy: 'Correct what the plugin exports.' },
  'setup-failed': { state: 'failed', remedy: 'Tell the authors of the plugin.' },
  'setup-asynchronous': { state: 'failed', remedy: 'setup() only declares; put the work into a tap or a job.' },
  'tap-order': { state: 'running', remedy: 'Take one of them out of the "after" of another.' },
} as const satisfies Record<string, Entry>;

export type PluginProblemCode = keyof typeof pluginProblems;

export function pluginProblem(code: PluginProblemCode, message: string, remedy?: string): PluginProblem {
  return { code, message, remedy: remedy ?? pluginProblems[code].remedy };
}

/** The state that problems lead to, the plugin's own faults first; undefined when it may run all the same. */
export function stateOf(problems: readonly PluginProblem[]): PluginState | undefined {
  const states = problems.map(({ code }) => pluginProblems[code as PluginProblemCode].state);
  return (['failed', 'blocked', 'quarantined', 'needs-approval'] as const).find((state) => states.includes(state));
}
