import { DatabaseSync } from 'node:sqlite';
import { type TestKernel, TestKernelError, type TestKernelOptions, type TestNodeOptions } from '@freehold/sdk/testing';
import { type StateStore, stateStoreOn } from '../../agent/store/state-store.ts';
import { furnishDebian } from '../machine/debian.ts';
import { SimulatedMachine } from '../machine/index.ts';
import { Api, TOKEN } from './api.ts';
import { type Beginning, copyStore, isSame, keepBeginning } from './beginning.ts';
import { BellLink } from './bell-link.ts';
import { HarnessKernel } from './harness-kernel.ts';
import { keepingAlive } from './keep-alive.ts';
import { MortalAgent } from './mortal-agent.ts';
import { putBack, resetServer, returnServer, type SharedServer, takeServer } from './shared-server.ts';
import { toMachineScript } from './simulated-node.ts';

/** The real server, the real agent and a real database, on a machine in memory. */
export function createTestKernel(options: KernelOptions): Promise<TestKernel> {
  return keepingAlive(async () => {
    const { folders } = options;
    const machine = makeMachine(options.node ?? {});
    const shared = await takeServer(folders, machine.clock);
    let given: Promise<void> | undefined;
    const giveBack = () => {
      given ??= returnServer(folders, shared);
      return given;
    };
    try {
      refuseTrouble(shared, options.allowProblems ?? false);
      const { beginning } = shared;
      if (beginning && isSame(beginning, options))
        return await resumeKernel(options, { machine, shared, giveBack }, beginning);
      return await startKernel(options, { machine, shared, giveBack });
    } catch (error) {
      await giveBack();
      throw error;
    }
  });
}

/** The folders of the plugins, found. */
export interface KernelOptions extends TestKernelOptions {
  readonly folders: readonly string[];
}

interface Started {
  readonly machine: SimulatedMachine;
  readonly shared: SharedServer;
  readonly giveBack: () => Promise<void>;
}

/** Sets everything up as an administrator would. */
async function startKernel(options: TestKernelOptions, started: Started): Promise<TestKernel> {
  const { machine, shared } = started;
  shared.beginning = undefined;
  await resetServer(shared);
  await shared.server.bootstrap({
    admin: { email: 'admin@freehold.test', token: TOKEN },
    node: { name: 'local', enrolmentToken: TOKEN },
  });
  const agent = new DatabaseSync(':memory:');
  const kernel = await connectKernel(options, started, {
    link: new BellLink(shared.server),
    store: stateStoreOn(agent),
  });
  await endedOnFailure(kernel, () => kernel.enablePlugins(options.config ?? {}));
  shared.beginning = await keepBeginning(shared.database, { options, machine, agent });
  return kernel;
}

/** The same from what was kept. */
async function resumeKernel(options: TestKernelOptions, started: Started, kept: Beginning): Promise<TestKernel> {
  started.machine.copyFrom(kept.machine);
  await putBack(started.shared);
  const link = new BellLink(started.shared.server);
  link.assumeQuiet();
  const kernel = await connectKernel(options, started, { link, store: copyStore(kept.agent) });
  await endedOnFailure(kernel, () => kernel.converge());
  return kernel;
}

/** A kernel that nobody gets must not go on: its agent would ask for ever. */
async function endedOnFailure(kernel: HarnessKernel, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await kernel.close();
    throw error;
  }
}

async function connectKernel(
  { node }: TestKernelOptions,
  { machine, shared, giveBack }: Started,
  { link, store }: { link: BellLink; store: StateStore },
): Promise<HarnessKernel> {
  const ports = node?.facts?.ports ?? { http: 80, https: 443 };
  const agent = new MortalAgent({ machine, link, ports, token: TOKEN, store });
  await agent.start();
  return new HarnessKernel({ machine, shared, link, agent, api: new Api(shared.api, shared.logged), giveBack });
}

function refuseTrouble({ server }: SharedServer, allowProblems: boolean): void {
  const trouble = server.foundation.plugins.list().filter(({ state }) => state !== 'running');
  const [first] = trouble;
  if (!first || allowProblems) return;
  const lines = trouble.flatMap(({ id, state, problems }) => [
    `Plugin ${id} is ${state}:`,
    ...problems.map(({ message, remedy }) => `  ${message} ${remedy}`),
  ]);
  throw new TestKernelError(lines.join('\n'), { code: first.problems[0]?.code ?? first.state });
}

function makeMachine({ facts = {}, commands = {}, files = {} }: TestNodeOptions): SimulatedMachine {
  const { privileged = true, os, cpus, memoryBytes, ipv6 } = facts;
  const host = Object.fromEntries(
    Object.entries({ os, cpus, memoryBytes, ipv6 }).filter(([, value]) => value !== undefined),
  );
  const machine = new SimulatedMachine({ host, ...(privileged ? {} : { agent: { name: 'freehold', uid: 1000 } }) });
  furnishDebian(machine);
  for (const [program, script] of Object.entries(commands)) machine.script(program, toMachineScript(script));
  for (const [path, content] of Object.entries(files)) machine.disk.writeFile(path, content);
  return machine;
}
