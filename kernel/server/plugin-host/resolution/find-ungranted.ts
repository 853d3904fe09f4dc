import type { Capabilities } from '@freehold/sdk';
import { matchesPath } from '@freehold/sdk/protocol';

const KINDS = ['paths', 'commands', 'services', 'packages', 'users'] as const satisfies (keyof Capabilities)[];

/** What a manifest asks for and a grant does not cover, in words. A pattern is covered by itself and by what it could not exceed. */
export function findUngranted(wanted: Capabilities, granted: Capabilities): string[] {
  return KINDS.flatMap((kind) =>
    (wanted[kind] ?? [])
      .filter((pattern) => !(granted[kind] ?? []).some((grant) => covers(grant, pattern)))
      .map((pattern) => `${kind}: ${pattern}`),
  );
}

/** Of two different patterns with stars it is not decided which allows more. */
function covers(grant: string, wanted: string): boolean {
  return grant === wanted || (!wanted.includes('*') && matchesPath(grant, wanted));
}
