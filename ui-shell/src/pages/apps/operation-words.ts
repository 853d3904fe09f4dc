import type { Operation, OperationState } from '../../../../kernel/cli/api-types.ts';
import type { Tone } from '../../elements/status-badge.ts';
import { messages } from '../../messages.ts';

export function isOpen(state: OperationState): boolean {
  return state === 'pending' || state === 'running';
}

export function toneOf(state: OperationState): Tone {
  if (isOpen(state)) return 'busy';
  if (state === 'succeeded') return 'good';
  return state === 'failed' ? 'bad' : 'idle';
}

/** `Change settings`, `Restart PHP`. */
export function nameOfOperation({ kind, request }: Operation): string {
  const action = kind === 'action' ? request?.action : undefined;
  return typeof action === 'string' ? action : (messages.operations.kinds[kind] ?? kind);
}
