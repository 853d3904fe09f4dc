import type { ApiClient } from '../cli/api-client.ts';
import type { Node, Operation } from '../cli/api-types.ts';
import { followOperation, hasEnded } from '../cli/follow-operation.ts';
import type { Step, Steps } from './steps.ts';

/** What makes a node a web server. */
export const WEB_SERVER_PLUGIN = 'nginx-php';
/** Packages are downloaded: on a slow line that takes its time. */
const PATIENCE = 20 * 60_000;

export interface NodeWork {
  readonly client: ApiClient;
  readonly node: Node;
  readonly steps: Steps;
  readonly stop: AbortSignal;
}

/** Makes this node a web server. False when it could not, which people are told: API and panel are there all the same. */
export async function enableWebServer(work: NodeWork): Promise<boolean> {
  const failed = await work.steps.run('Web server', async (step) => {
    const begun = await begin(work, step);
    if (!begun) {
      step.skip(`${WEB_SERVER_PLUGIN} is enabled`);
      return undefined;
    }
    const ended = await settle(work, begun, step);
    const good = ended.state === 'succeeded' || ended.state === 'superseded';
    if (good) step.result('nginx and PHP are ready');
    else step.skip('not ready');
    return good ? undefined : ended;
  });
  if (failed) work.steps.say(explain(failed), { operation: failed.id });
  return failed === undefined;
}

/**
 * Follows the operation, and those that come of it: what the node finds, the versions of PHP, lets the server compute the
 * role again. A comparison of everything makes sure that the server has heard what there is to hear.
 */
async function settle(work: NodeWork, begun: Operation, step: Step): Promise<Operation> {
  const signal = AbortSignal.any([work.stop, AbortSignal.timeout(PATIENCE)]);
  let ended = begun;
  for (let next: Operation | undefined = begun; next && !signal.aborted; next = await findUnfinished(work)) {
    ended = await followOperation(work.client, next, { signal, onProgress: (text) => step.update(text) });
    work.stop.throwIfAborted();
    await work.client.checkNode(work.node.id);
  }
  return ended;
}

async function findUnfinished({ client, node }: NodeWork): Promise<Operation | undefined> {
  const recent = await client.listOperations({ node: node.id });
  return recent.find((operation) => isOfRole(operation) && !hasEnded(operation));
}

/** The operation that is to be waited for: one that is under way, one that failed last time, or a new one. */
async function begin(work: NodeWork, step: Step): Promise<Operation | undefined> {
  const { client, node } = work;
  const enabled = (await client.listNodePlugins(node.id)).some(({ plugin }) => plugin === WEB_SERVER_PLUGIN);
  if (!enabled) return enable(work, step);
  const last = (await client.listOperations({ node: node.id })).find(isOfRole);
  if (last?.state === 'failed') return (await client.retryOperation(last.id)).operation;
  return last && !hasEnded(last) ? last : undefined;
}

async function enable({ client, node, steps }: NodeWork, step: Step): Promise<Operation> {
  step.update('asking the node what it needs');
  const packages = await findMissingPackages(client, node);
  if (packages.length > 0 && node.facts?.privileged)
    steps.say(`  The agent now installs these Debian packages, which stay installed: ${packages.join(', ')}`, {
      packages,
    });
  return (await client.enablePlugin(node.id, WEB_SERVER_PLUGIN)).operation;
}

function isOfRole({ owner }: Operation): boolean {
  return owner === `role:${WEB_SERVER_PLUGIN}`;
}

async function findMissingPackages(client: ApiClient, node: Node): Promise<string[]> {
  const { changes } = await client.planNodePlugin(node.id, WEB_SERVER_PLUGIN);
  return changes.flatMap(({ resource }) =>
    resource.startsWith('package:') ? [resource.slice('package:'.length)] : [],
  );
}

function explain({ id, outcome, state }: Operation): string {
  const said = outcome && outcome.kind !== 'inSync' ? outcome.message : `the operation is ${state}`;
  return [
    `  ! This node serves no websites yet: ${said}`,
    `    When that is put right, start again, or: freehold operations retry ${id}`,
  ].join('\n');
}
