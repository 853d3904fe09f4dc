import { expect, test } from 'vitest';
import { findAppState } from './app-state.ts';

const condition = (type: string, status: string, reason: string) => ({ type, status, reason, message: `${reason}.` });
const applied = condition('Ready', 'True', 'Applied');
const failed = condition('Ready', 'False', 'ConfigurationRefused');
const silent = condition('NodeReachable', 'False', 'Silent');

test.each([
  ['good', 'Ready', { conditions: [applied] }],
  ['idle', 'Suspended', { conditions: [applied], suspended: [{ reason: 'operator' }] }],
  ['warn', 'Changed by hand', { conditions: [applied, condition('Drifted', 'True', 'Kept')] }],
  ['bad', 'Failed', { conditions: [failed] }],
  ['bad', 'Failed', { conditions: [failed], suspended: [{ reason: 'operator' }] }],
  ['busy', 'Waiting for node', { conditions: [condition('Ready', 'False', 'WaitingForNode')] }],
  ['busy', 'Applying', { conditions: [condition('Ready', 'Unknown', 'Applying')] }],
  ['busy', 'Waiting', { conditions: [condition('Ready', 'Unknown', 'Waiting')] }],
  ['busy', 'Waiting', { conditions: [] }],
  ['warn', 'Trying again', { conditions: [condition('Ready', 'Unknown', 'Retrying')] }],
  ['warn', 'Node silent', { conditions: [applied, silent] }],
  ['busy', 'Being removed', { lifecycle: 'removed', conditions: [condition('Ready', 'Unknown', 'Applying')] }],
  ['idle', 'In the trash', { lifecycle: 'removed', conditions: [condition('Ready', 'False', 'Removed')] }],
  ['busy', 'Being destroyed', { lifecycle: 'purging', conditions: [applied, silent] }],
])('%s, %s: %j', (tone, label, app) => {
  expect(findAppState({ lifecycle: 'present', suspended: [], ...app } as never)).toMatchObject({ tone, label });
});
