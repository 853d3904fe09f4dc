import { setTimeout as delay } from 'node:timers/promises';
import type { Condition, Sweep } from '../cli/api-types.ts';
import { type NodeWork, WEB_SERVER_PLUGIN } from './node-role.ts';
import type { Step } from './steps.ts';

/** Work that the node has in hand is waited for as long as this; it goes on after that. */
const PATIENCE = 15_000;

/**
 * Lets the node compare everything with what is wanted, and tells what is not as it should be. That it serves no websites
 * has been told already.
 */
export async function checkNode(work: NodeWork, { serves }: { serves: boolean }): Promise<void> {
  const { sweep, failures } = await work.steps.run('Check', async (step) => {
    await awaitQuiet(work, step);
    const sweep = await work.client.checkNode(work.node.id);
    const failures = await findFailures(work);
    step.result(describe(sweep, failures.length));
    return { sweep, failures };
  });
  const news = failures.filter(({ plugin }) => serves || plugin !== WEB_SERVER_PLUGIN);
  for (const { text } of news) work.steps.say(`  ! ${text}`, { resources: sweep.resources });
}

/** A start can be a reason to compute things again: other ports, another version of a plugin. */
async function awaitQuiet({ client, node, stop }: NodeWork, step: Step): Promise<void> {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await delay(200, undefined, { signal: stop })) {
    const states = ['pending', 'running'];
    const found = await Promise.all(states.map((state) => client.listOperations({ node: node.id, state }, 10)));
    const owners = new Set(found.flat().map(({ owner }) => owner));
    if (owners.size === 0) return;
    step.update(`waiting for ${[...owners].join(', ')}`);
  }
}

interface Failure {
  readonly plugin?: string;
  readonly text: string;
}

async function findFailures({ client, node }: NodeWork): Promise<Failure[]> {
  const [plugins, apps] = await Promise.all([
    client.listNodePlugins(node.id),
    client.listApps({ node: node.id, lifecycle: 'present' }),
  ]);
  const named = [
    ...plugins.map(({ plugin, conditions }) => ({ name: `Plugin ${plugin}`, conditions, about: { plugin } })),
    ...apps.map(({ name, id, conditions }) => ({ name: `App ${name} (${id})`, conditions, about: {} })),
  ];
  return named.flatMap(({ name, conditions, about }) => {
    const failure = conditions.find(isFailure);
    return failure ? [{ ...about, text: `${name} is not as it should be: ${failure.message.split('\n')[0]}` }] : [];
  });
}

function describe({ changes, resources }: Sweep, failed: number): string {
  const counted = `${changes} changes, ${resources} resources on this node are as they should be`;
  return failed === 0 ? counted : `${counted}, ${failed} ${failed === 1 ? 'owner is' : 'owners are'} not`;
}

function isFailure({ type, status }: Condition): boolean {
  return type === 'Ready' && status === 'False';
}
