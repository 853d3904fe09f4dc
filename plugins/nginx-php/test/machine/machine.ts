import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import type { AppInput, AppType, NodeInput, Observed, OwnerInput, Primitive, Resource } from '@freehold/sdk';
import { matchesPath } from '@freehold/sdk/protocol';
import { Config } from '../../config.ts';
import { role } from '../../role.ts';
import { lowerAll } from './lowering.ts';
import { applyPrimitive, removePrimitive, type Tree, type World } from './primitives.ts';
import { requirePrograms } from './programs.ts';
import { RunningService } from './running-service.ts';

export type { Tree };

export interface TestApp {
  readonly type: AppType;
  readonly name: string;
  readonly spec: object;
  readonly suspended?: boolean;
  /** What was deployed, oldest first; the last one is served. */
  readonly releases?: readonly Tree[];
}

/** A node in a temporary folder, with the real nginx and php-fpm on free ports, and real unix users. */
export class Machine {
  readonly folder: string;
  readonly node: NodeInput;
  readonly config: Config;
  readonly #services = new Map<string, RunningService>();
  readonly #owners = new Map<string, readonly Primitive[]>();
  readonly #archives = new Map<string, Tree>();
  #observed: Observed = {};
  #users = 0;

  private constructor(folder: string, ports: NodeInput['ports'], config: Config) {
    this.folder = folder;
    this.config = config;
    const paths = { sites: '', config: '', run: '', logs: '', state: '' };
    for (const name of Object.keys(paths) as (keyof typeof paths)[]) {
      paths[name] = `${folder}/node/${name}`;
      mkdirSync(paths[name], { recursive: true, mode: 0o711 });
    }
    this.node = {
      id: 'node_test',
      name: 'test',
      privileged: true,
      user: 'root',
      paths,
      ports,
      os: { id: 'debian', version: '12', arch: 'x64' },
      cpus: 2,
      memoryBytes: 4 * 1024 ** 3,
      ipv6: false,
    };
  }

  /** A machine whose role has converged. */
  static async start(config: Partial<Config> = {}): Promise<Machine> {
    requirePrograms();
    const folder = mkdtempSync(`${tmpdir()}/fh-`);
    chmodSync(folder, 0o711);
    const machine = new Machine(folder, await freePorts(), { ...defaultConfig(), ...config });
    try {
      for (const _round of [1, 2]) await machine.#applyRole();
      return machine;
    } catch (error) {
      await machine.stop();
      throw error;
    }
  }

  async #applyRole(): Promise<void> {
    const { node, config } = this;
    const resources = role({ node, config, observed: this.#observed, secret: (name) => name });
    await this.apply('role', resources, {
      kind: 'role',
      id: 'nginx-php',
      user: 'root',
      group: 'root',
      home: node.paths.config,
    });
  }

  async applyApp({ type, name, spec, suspended = false, releases = [] }: TestApp): Promise<AppInput<unknown>['app']> {
    const id = this.idOf(name);
    const home = `${this.node.paths.sites}/${id}`;
    const app = { id, name, tenant: 'ten_test', user: id, group: id, home, suspended };
    const kept = releases.map((tree, index) => {
      const sha256 = `${id}-${index + 1}`;
      this.#archives.set(sha256, tree);
      return { number: index + 1, sha256, format: 'tar' as const };
    });
    const input: AppInput<never> = {
      app,
      spec: spec as never,
      node: this.node,
      releases: { current: kept.at(-1) ?? null, kept: kept.reverse() },
      observed: {},
      role: this.#observed,
      secret: (secret) => secret,
    };
    await this.apply(id, type.resources(input), { kind: 'app', id, user: id, group: id, home });
    return app;
  }

  /** Ids of apps are unix users, which are the same for all test processes. */
  idOf(name: string): string {
    return `fh${process.pid}_${name}`;
  }

  /** What the agent does, without its journal: new files, reload, removed files, reload. */
  async apply(key: string, resources: readonly Resource[], owner: OwnerInput): Promise<void> {
    const wanted = lowerAll(resources, { owner, node: this.node, role: this.#observed });
    const world: World = { nextUid: () => this.#nextUid(), archives: this.#archives, observed: { ...this.#observed } };
    for (const primitive of wanted) if (primitive.type !== 'service') applyPrimitive(primitive, world);
    if (key === 'role') this.#observed = world.observed;
    for (const primitive of wanted)
      if (primitive.type === 'service' && !this.#services.has(primitive.spec.name))
        this.#services.set(primitive.spec.name, await RunningService.start(primitive.spec));

    const before = this.#owners.get(key) ?? [];
    this.#owners.set(key, wanted);
    await this.#reload(
      wanted.filter(
        ({ type, spec, id }) => !before.some((old) => old.type === type && old.id === id && same(old.spec, spec)),
      ),
    );
    const removed = before.filter(({ type, id }) => !wanted.some((kept) => kept.type === type && kept.id === id));
    removed.forEach(removePrimitive);
    await this.#reload(removed, true);
  }

  async #reload(changed: readonly Primitive[], removed = false): Promise<void> {
    const files = changed.flatMap((primitive) => (primitive.type === 'file' ? [primitive.spec] : []));
    // In the order in which the role declares them now, which is not the order in which they were started.
    const services = this.primitives('role').flatMap(({ type, id }) => (type === 'service' ? [this.service(id)] : []));
    for (const service of removed ? services.reverse() : services) {
      const read = files.filter(({ path }) => service.spec.reloadAfter?.some((pattern) => matchesPath(pattern, path)));
      if (read.length > 0) await service.reload(removed ? [] : read.flatMap(({ listens = [] }) => listens));
    }
  }

  primitives(owner: string): readonly Primitive[] {
    return this.#owners.get(owner) ?? [];
  }

  service(name: string): RunningService {
    const service = this.#services.get(name);
    if (!service) throw new Error(`no service ${name}`);
    return service;
  }

  get phpVersions(): string[] {
    return [...this.#services.keys()].flatMap((name) => /^php-fpm-(.*)$/.exec(name)?.[1] ?? []);
  }

  #nextUid(): number {
    return 400_000 + (process.pid % 100_000) * 20 + this.#users++;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.stop()));
    for (const primitive of [...this.#owners.values()].flat())
      if (primitive.type === 'user') execFileSync('userdel', [primitive.spec.name], { stdio: 'ignore' });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function defaultConfig(): Config {
  const entries = Object.entries(Config.properties).map(([name, schema]) => [
    name,
    (schema as { default?: unknown }).default,
  ]);
  return Object.fromEntries(entries) as Config;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function freePorts(): Promise<NodeInput['ports']> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { http: ports[0] ?? 0, https: ports[1] ?? 0 };
}
