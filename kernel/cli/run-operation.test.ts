import { expect, test } from 'vitest';
import { ApiClient } from './api-client.ts';
import { makeContext } from './context.ts';
import { runAppOperation } from './run-operation.ts';
import { sendEvents, serveApi } from './testing/api-server.ts';

const operation = { id: 'op_1', kind: 'create', state: 'pending', owner: 'app:app_1', steps: [] };
const condition = { type: 'Ready', status: 'False', reason: 'WaitingForNode', message: 'nginx is not set up there.' };

test('who has waited long enough is told for what', async () => {
  await using server = await serveApi({
    'POST /v1/apps': () => ({ id: 'app_1', operation }),
    'GET /v1/apps/:app': () => ({ id: 'app_1', conditions: [condition] }),
    'GET /v1/operations/:id': () => operation,
    'GET /v1/events': ({ reply }) => void sendEvents(reply),
  });
  const client = new ApiClient({ api: server.api, token: 'fh_x' });
  const begin = () => client.createApp({ type: 'php-site', name: 'shop', spec: {} });
  const context = makeContext({ quiet: true }, new AbortController().signal);
  const waiting = runAppOperation(context, { client, title: 'Creating shop', begin }, { timeout: 0.2 });
  await expect(waiting).rejects.toMatchObject({
    exitCode: 7,
    problem: {
      code: 'not-converged',
      detail: 'The operation has not ended after 0.2 s and goes on. nginx is not set up there.',
      reason: 'WaitingForNode',
    },
  });
});
