import type { App, Condition } from '../../../../kernel/cli/api-types.ts';
import type { Tone } from '../../elements/status-badge.ts';
import { messages } from '../../messages.ts';

export interface AppState {
  readonly tone: Tone;
  readonly label: string;
  /** What whoever looks at the app should read; empty when all is well. */
  readonly message: string;
}

const states = messages.states;

/** How an app is, in one word: what needs attention first. */
export function findAppState(app: Pick<App, 'lifecycle' | 'conditions' | 'suspended'>): AppState {
  const [ready, drifted, reachable] = ['Ready', 'Drifted', 'NodeReachable'].map((type) => find(app, type));
  if (app.lifecycle === 'purging') return state('busy', states.purging, ready);
  if (reachable?.status === 'False') return state('warn', states.unreachable, reachable);
  if (app.lifecycle === 'removed')
    return ready?.reason === 'Removed' ? state('idle', states.removed) : state('busy', states.removing, ready);
  if (ready?.status === 'False')
    return ready.reason === 'WaitingForNode'
      ? state('busy', states.waitingForNode, ready)
      : state('bad', states.failed, ready);
  if (ready?.status !== 'True') return onItsWay(ready);
  if (app.suspended.length > 0) return state('idle', states.suspended);
  if (drifted?.status === 'True') return state('warn', states.drifted, drifted);
  return state('good', states.ready);
}

function onItsWay(ready: Condition | undefined): AppState {
  if (ready?.reason === 'Retrying') return state('warn', states.retrying, ready);
  return state('busy', ready?.reason === 'Applying' ? states.applying : states.waiting, ready);
}

function state(tone: Tone, label: string, condition?: Condition): AppState {
  return { tone, label, message: condition?.message ?? '' };
}

function find({ conditions }: Pick<App, 'conditions'>, type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}
