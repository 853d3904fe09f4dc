import type { Condition } from '../store/entities/index.ts';

export type NewCondition = Omit<Condition, 'lastTransitionAt'>;

/** Puts a condition in the place of the one with its type. The time of the last transition moves only with the status. */
export function setCondition(conditions: readonly Condition[], wanted: NewCondition, now: Date): readonly Condition[] {
  const before = findCondition(conditions, wanted.type);
  const lastTransitionAt = before?.status === wanted.status ? before.lastTransitionAt : now.toISOString();
  const after: Condition = { ...wanted, message: wanted.message.slice(0, LONGEST), lastTransitionAt };
  return before ? conditions.map((one) => (one === before ? after : one)) : [...conditions, after];
}

/** Messages of programs can be long; the operation has all of it. */
const LONGEST = 4_000;

export function findCondition(conditions: readonly Condition[], type: Condition['type']): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

export const waiting: NewCondition = {
  type: 'Ready',
  status: 'Unknown',
  reason: 'Waiting',
  message: 'The change waits for the node.',
};

export const applying: NewCondition = {
  type: 'Ready',
  status: 'Unknown',
  reason: 'Applying',
  message: 'The node makes the change.',
};

export function waitingForNode(plugins: readonly string[]): NewCondition {
  return {
    type: 'Ready',
    status: 'False',
    reason: 'WaitingForNode',
    message: `The node is not ready for this app: ${plugins.join(', ')} has not been set up there yet.`,
  };
}

export function retrying(reason: string, message: string): NewCondition {
  return { type: 'Ready', status: 'Unknown', reason: 'Retrying', message: `${reason}: ${message}` };
}

export function failed(reason: string, message: string): NewCondition {
  return { type: 'Ready', status: 'False', reason, message };
}

export function applied(suspended: boolean): NewCondition {
  return suspended
    ? { type: 'Ready', status: 'True', reason: 'Suspended', message: 'The app is suspended.' }
    : { type: 'Ready', status: 'True', reason: 'Applied', message: 'The node is as it should be.' };
}

export function gone(): NewCondition {
  return { type: 'Ready', status: 'False', reason: 'Removed', message: 'The app is in the trash.' };
}
