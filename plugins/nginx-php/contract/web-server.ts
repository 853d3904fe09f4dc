import type { NodeInput } from '@freehold/sdk';

/**
 * The unix user and group that the web server's workers run as. Files that it shall serve are readable for this group.
 * On an unprivileged node all programs run as the agent's own user.
 */
export function webServerUser(node: Pick<NodeInput, 'privileged' | 'user'>): string {
  return node.privileged ? 'www-data' : node.user;
}
