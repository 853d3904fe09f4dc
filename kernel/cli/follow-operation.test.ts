import { expect, test } from 'vitest';
import { ApiClient } from './api-client.ts';
import type { Operation } from './api-types.ts';
import { followOperation } from './follow-operation.ts';
import { sendEvents, serveApi } from './testing/api-server.ts';

const operation = (state: Operation['state'], more: Partial<Operation> = {}): Operation => ({
  id: 'op_1',
  kind: 'create',
  state,
  owner: 'app:app_1',
  node: 'node_1',
  app: 'app_1',
  actor: { kind: 'account', id: 'acc_1', name: 'a@b.test' },
  inverse: null,
  outcome: null,
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: null,
  finishedAt: null,
  ...more,
});
const never = new AbortController().signal;

test('the event stream tells at once that an operation has ended, and how far it is', async () => {
  let state: Operation['state'] = 'running';
  await using server = await serveApi({
    'GET /v1/operations/:id': () => operation(state),
    'GET /v1/events': ({ reply }) => {
      const send = sendEvents(reply);
      send('operation.progress', { done: 1, total: 3, message: 'makes the user' });
      state = 'succeeded';
      send('operation.finished', { operation: { id: 'op_1' } });
    },
  });
  const progress: string[] = [];
  const options = { signal: never, onProgress: (message: string) => void progress.push(message) };
  const ended = await followOperation(new ApiClient(server), operation('pending'), options);
  expect([ended.state, progress]).toEqual(['succeeded', ['1/3 makes the user']]);
});

test('an operation that ended before the stream was open is noticed', async () => {
  await using server = await serveApi({
    'GET /v1/operations/:id': () => operation('failed'),
    'GET /v1/events': ({ reply }) => void sendEvents(reply),
  });
  expect((await followOperation(new ApiClient(server), operation('pending'), { signal: never })).state).toBe('failed');
});

test('with the signal it gives the operation as it is', async () => {
  const stop = new AbortController();
  await using server = await serveApi({
    'GET /v1/operations/:id': () => operation('running'),
    'GET /v1/events': ({ reply }) => {
      sendEvents(reply)('operation.progress', { done: 0, total: 1, message: 'waits' });
      stop.abort();
    },
  });
  expect((await followOperation(new ApiClient(server), operation('pending'), { signal: stop.signal })).state).toBe(
    'running',
  );
});
