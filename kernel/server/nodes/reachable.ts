import type { Condition, Node } from '../store/entities/index.ts';

/** Milliseconds: twice the time in which an agent asks again, and some. */
export const SILENCE = 75_000;

export type Seen = Pick<Node, 'name' | 'lastSeenAt' | 'reachableSince' | 'createdAt'>;

export function isReachable({ lastSeenAt }: Pick<Seen, 'lastSeenAt'>, now: Date): boolean {
  return Boolean(lastSeenAt) && now.getTime() - (lastSeenAt?.getTime() ?? 0) < SILENCE;
}

/** Nobody writes it down when a node falls silent: the condition follows from when it was last heard of. */
export function reachableCondition(node: Seen, now: Date): Condition {
  const { name, lastSeenAt, reachableSince, createdAt } = node;
  if (isReachable(node, now))
    return {
      type: 'NodeReachable',
      status: 'True',
      reason: 'Heard',
      message: `Node ${name} answers.`,
      lastTransitionAt: (reachableSince ?? createdAt).toISOString(),
    };
  if (!lastSeenAt)
    return {
      type: 'NodeReachable',
      status: 'False',
      reason: 'NeverHeard',
      message: `The agent of node ${name} has never been heard of.`,
      lastTransitionAt: createdAt.toISOString(),
    };
  return {
    type: 'NodeReachable',
    status: 'False',
    reason: 'Silent',
    message: `Node ${name} was last heard of at ${lastSeenAt.toISOString()}.`,
    lastTransitionAt: new Date(lastSeenAt.getTime() + SILENCE).toISOString(),
  };
}
