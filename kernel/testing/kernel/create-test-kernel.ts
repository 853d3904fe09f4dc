import { type TestKernel, TestKernelError, type TestKernelOptions, type TestNodeOptions } from '@freehold/sdk/testing';
import { furnishDebian } from '../machine/debian.ts';
import { SimulatedMachine } from '../machine/index.ts';
import { Api, TOKEN } from './api.ts';
import { BellLink } from './bell-link.ts';
import { HarnessKernel } from './harness-kernel.ts';
import { keepingAlive } from './keep-alive.ts';
import { MortalAgent } from './mortal-agent.ts';
import { findPluginFolders } from './plugin-folders.ts';
import { returnServer, type SharedServer, takeServer } from './shared-server.ts';
import { toMachineScript } from './simulated-node.ts';

/** The real server, the real agent and a real database, on a machine in memory. */
export function createTestKernel(options: TestKernelOptions): Promise<TestKernel> {
  return keepingAlive(async () => {
    const folders = findPluginFolders(options.plugins);
    const machine = makeMachine(options.node ?? {});
    const shared = await takeServer(folders, machine.clock);
    try {
      return await startKernel(options, { folders, machine, shared });
    } catch (error) {
      await returnServer(folders, shared);
      throw error;
    }
  });
}

interface Started {
  readonly folders: readonly string[];
  readonly machine: SimulatedMachine;
  readonly shared: SharedServer;
}

async function startKernel(options: TestKernelOptions, { folders, machine, shared }: Started): Promise<TestKernel> {
  const { allowProblems = false, config = {}, node = {} } = options;
  refuseTrouble(shared, allowProblems);
  await shared.server.bootstrap({
    admin: { email: 'admin@freehold.test', token: TOKEN },
    node: { name: 'local', enrolmentToken: TOKEN },
  });
  const link = new BellLink(shared.server);
  const ports = node.facts?.ports ?? { http: 80, https: 443 };
  const agent = new MortalAgent({ machine, link, ports, token: TOKEN });
  await agent.start();
  const kernel = new HarnessKernel({
    ...{ machine, shared, link, agent, api: new Api(shared.api, shared.logged) },
    giveBack: () => returnServer(folders, shared),
  });
  await kernel.enablePlugins(config);
  return kernel;
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
