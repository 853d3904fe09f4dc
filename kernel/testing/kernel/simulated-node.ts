import type { NodePaths } from '@freehold/sdk';
import type { CommandRun, NodeDrift, NodeFile, NodeService, NodeUser, Script, TestNode } from '@freehold/sdk/testing';
import type { Script as MachineScript, ScriptedRun, SimulatedMachine } from '../machine/index.ts';
import type { Inode } from '../machine/inode.ts';
import type { Api } from './api.ts';
import type { BellLink } from './bell-link.ts';
import type { MortalAgent } from './mortal-agent.ts';

export interface NodeParts {
  readonly machine: SimulatedMachine;
  readonly agent: MortalAgent;
  readonly link: BellLink;
  readonly api: Api;
  /** Name of an owner, for people. */
  readonly nameOf: (owner: string) => string;
  readonly converge: () => Promise<void>;
}

/** The node as a test sees it. */
export class SimulatedNode implements TestNode {
  readonly #parts: NodeParts;

  constructor(parts: NodeParts) {
    this.#parts = parts;
  }

  get paths(): NodePaths {
    return this.#parts.machine.paths;
  }

  file(path: string): string {
    const inode = this.#parts.machine.disk.find(path);
    if (inode?.kind !== 'file')
      throw new Error(`There is ${inode ? `a ${inode.kind}, no file` : 'nothing'} at ${path}.`);
    return inode.content.toString('utf8');
  }

  find(path: string): NodeFile | undefined {
    const inode = this.#parts.machine.disk.find(path);
    return inode && this.#describe(inode);
  }

  files(below = `${this.#parts.machine.home}/node`): string[] {
    const { disk } = this.#parts.machine;
    return disk.list(below).flatMap((name) => {
      const path = `${below === '/' ? '' : below}/${name}`;
      return [path, ...(disk.find(path)?.kind === 'directory' ? this.files(path) : [])];
    });
  }

  get users(): NodeUser[] {
    return [...this.#parts.machine.accounts.users.values()].map(({ name, uid, home, shell, groups }) => ({
      ...{ name, uid, home, shell, groups },
    }));
  }

  get services(): NodeService[] {
    return [...this.#parts.machine.services.known].map(([name, { definition, pid }]) => ({
      ...{ name, argv: definition.argv, running: pid !== undefined },
    }));
  }

  get packages(): string[] {
    return [...this.#parts.machine.packages.installed.keys()].sort();
  }

  get commands(): readonly CommandRun[] {
    return this.#parts.machine.commands.runs;
  }

  get signals(): readonly string[] {
    return this.#parts.machine.services.history;
  }

  script(program: string, script: Script): void {
    this.#parts.machine.script(program, toMachineScript(script));
  }

  fail(program: string, { code = 1, stderr = '' } = {}): void {
    const { machine } = this.#parts;
    const before = machine.commands.scripts.get(program);
    machine.script(program, () => {
      if (before) machine.script(program, before);
      else machine.commands.scripts.delete(program);
      return { code, stderr };
    });
  }

  edit(path: string, content: string): void {
    this.#parts.machine.disk.writeFile(path, content);
  }

  delete(path: string): void {
    this.#parts.machine.disk.remove(path);
  }

  async crash(options?: { readonly after: number }): Promise<void> {
    const { agent, converge } = this.#parts;
    if (options) return agent.dieAfter(options.after);
    await agent.crash();
    await converge();
  }

  get crashes(): number {
    return this.#parts.agent.crashes;
  }

  async check(): Promise<NodeDrift[]> {
    const { api, link, converge, nameOf } = this.#parts;
    const from = link.records.checked.length;
    await api.call({ method: 'POST', url: '/v1/nodes/local/check', body: {} });
    await converge();
    return link.records.checked
      .slice(from)
      .flatMap(({ owner, drift }) => drift.map((one) => ({ owner: nameOf(owner), ...one })));
  }

  async setDrift(drift: 'repair' | 'keep'): Promise<void> {
    await this.#parts.api.call({ method: 'PATCH', url: '/v1/nodes/local', body: { drift } });
    await this.#parts.converge();
  }

  get reachable(): boolean {
    return this.#parts.link.reachability.isOpen;
  }

  set reachable(reachable: boolean) {
    this.#parts.link.reachability.isOpen = reachable;
  }

  snapshot(): string {
    return JSON.stringify(this.#parts.machine.snapshot(), null, 1);
  }

  #describe(inode: Inode): NodeFile {
    const { kind, uid, gid } = inode;
    const { users, groups } = this.#parts.machine.accounts;
    return {
      kind,
      mode: inode.mode.toString(8).padStart(4, '0'),
      owner: [...users.values()].find((user) => user.uid === uid)?.name ?? String(uid),
      group: [...groups].find(([, id]) => id === gid)?.[0] ?? String(gid),
      ...(inode.kind === 'file' ? { content: inode.content.toString('utf8') } : {}),
      ...(inode.kind === 'link' ? { target: inode.target } : {}),
    };
  }
}

export function toMachineScript(script: Script): MachineScript {
  return typeof script === 'function' ? (run: ScriptedRun) => script(run) : () => script;
}
