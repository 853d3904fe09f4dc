import type { ProblemDocument } from './problem.ts';

/** What to do about an error of the API, for somebody with a command line instead of an HTTP client. */
const REMEDIES: Readonly<Record<string, string>> = {
  unauthenticated: 'Run freehold login, or give a token that is valid with --token or FREEHOLD_TOKEN.',
  'permission-denied': 'Sign in as somebody who may: freehold login. Who you are: freehold whoami.',
  'tenant-not-found': 'freehold tenants list shows the tenants you can see.',
  'tenant-needed': 'Name the tenant with --tenant; freehold tenants list shows them.',
  'token-not-found': 'freehold tenants token list <tenant> shows them.',
  'app-type-not-found': 'freehold app types lists the types; freehold plugins list says why a plugin does not run.',
  'app-not-found': 'freehold app list shows the apps you can see.',
  'release-not-found': 'freehold app releases <app> lists those that are kept.',
  'log-not-found': 'freehold app logs <app> shows those that there are.',
  'node-not-found': 'freehold nodes list shows them.',
  'node-unreachable': 'Look at it with freehold nodes show and freehold doctor.',
  'plugin-not-found': 'freehold plugins list shows those that were found.',
  'plugin-not-running': 'freehold plugins show <plugin> says what is wrong and what to do.',
  'plugin-not-enabled': 'Enable it with freehold nodes enable <node> <plugin>.',
  'operation-not-found': 'freehold operations list shows those you can see.',
};

/** The same error, said to somebody with a command line. The fields that are at fault are shown below it, each with its own remedy. */
export function withCommandRemedy(problem: ProblemDocument): ProblemDocument {
  if (problem.code === 'invalid-request' && problem.errors?.length) {
    const { remedy: _, ...rest } = problem;
    const count = problem.errors.length;
    return { ...rest, detail: count === 1 ? 'One value cannot be accepted.' : `${count} values cannot be accepted.` };
  }
  const remedy = REMEDIES[problem.code];
  // Errors of the command line itself have no status, and say what to do as it is.
  return remedy && problem.status !== undefined ? { ...problem, remedy } : problem;
}
