import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, watch } from 'node:fs';
import { basename } from 'node:path';
import { ApiClient, type Begun } from '../kernel/cli/api-client.ts';
import type { App, Operation, Spec } from '../kernel/cli/api-types.ts';
import { followOperation } from '../kernel/cli/follow-operation.ts';
import { type Home, homeAt, type InitialAdmin, type ReadyFile } from '../kernel/launcher/home.ts';
import { readJsonFile } from '../kernel/launcher/json-file.ts';
import { findRoles, ROLES, type Role } from './installation/processes.ts';
import { type Ended, ProgramRun } from './installation/program-run.ts';
import { findRemains, type Remains, removeLeftovers, removeRemains } from './installation/remains.ts';
import { CHECKOUT, findFreePorts, makeFolder, type Ports, plainEnvironment } from './installation/settings.ts';
import { type Answer, visit } from './installation/visit.ts';

export interface InstallationOptions {
  /** The repository it is started from; left out: this one. */
  readonly checkout?: string;
  /** The data folder; left out: a new one. */
  readonly home?: string;
  /** Whether there shall be a demo website. */
  readonly demo?: boolean;
  /** More of the environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Who starts it; left out: the user of this process. */
  readonly user?: string;
  /** What is typed; left out: `freehold start`. */
  readonly command?: readonly string[];
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A whole installation on this machine: started as people start it, and taken away without a trace. */
export class Installation {
  readonly home: Home;
  readonly checkout: string;
  /** Known once it is started. */
  ports: Ports = { api: 0, http: 0, https: 0 };
  ready: ReadyFile = { api: '', pid: 0 };
  admin: InitialAdmin = { email: '', password: '', token: '' };
  /** Signed in as the administrator. */
  client: ApiClient = new ApiClient({ api: '' });
  readonly #options: InstallationOptions;
  #run: ProgramRun | undefined;

  constructor(options: InstallationOptions = {}) {
    removeLeftovers();
    this.#options = options;
    this.checkout = options.checkout ?? CHECKOUT;
    this.home = homeAt(options.home ?? makeFolder());
  }

  /** Puts a plugin into the data folder, as people do who have one. It is found by the next start. */
  addPlugin(folder: string): void {
    const path = `${this.home.path}/plugins/${basename(folder)}`;
    cpSync(folder, path, { recursive: true });
    mkdirSync(`${path}/node_modules`);
    symlinkSync(`${this.home.program}/node_modules/@freehold`, `${path}/node_modules/@freehold`);
  }

  /** Starts it, and waits until it says that it is ready. Gives the milliseconds this took. */
  async start(): Promise<number> {
    const startedAt = performance.now();
    if (this.ports.api === 0) this.ports = await findFreePorts();
    const { command = [`${this.checkout}/kernel/cli/freehold`, 'start'], user } = this.#options;
    const run = new ProgramRun(command, { cwd: this.checkout, env: this.environment, ...(user ? { user } : {}) });
    const before = await readJsonFile<ReadyFile>(this.home.ready);
    this.#run = run;
    this.ready = await Promise.race([
      untilReady(this.home, before?.pid),
      run.ended.then((ended) => Promise.reject(endedEarly(run, ended))),
    ]);
    this.admin = (await readJsonFile<InitialAdmin>(this.home.initialAdmin)) ?? this.admin;
    this.client = new ApiClient({ api: this.ready.api, token: this.admin.token });
    return Math.round(performance.now() - startedAt);
  }

  /** What it wrote into the terminal since its last start. */
  get words(): string {
    return `${this.#run?.stderr ?? ''}${this.#run?.stdout ?? ''}`;
  }

  /** The program that was started last. */
  get run(): ProgramRun {
    if (!this.#run) throw new Error('The installation has not been started.');
    return this.#run;
  }

  /** Ctrl-C in its terminal. */
  async stop(): Promise<Ended> {
    this.run.interrupt();
    return this.run.ended;
  }

  /** Stops it and takes it off the machine. Throws when something stays behind that should not. */
  async remove(): Promise<void> {
    if (this.#run && !this.#run.hasEnded) await this.stop();
    const { processes } = findRemains(this.home.path);
    const errors = readErrors(`${this.home.logs}/agent.log`);
    const left = removeRemains(this.home.path);
    assertNothing({ ...left, processes: [...processes, ...left.processes] }, errors);
  }

  /** What this installation's programs are started with. */
  get environment(): NodeJS.ProcessEnv {
    const { api, http, https } = this.ports;
    return {
      ...plainEnvironment(),
      FREEHOLD_HOME: this.home.path,
      FREEHOLD_PORT: `${api}`,
      FREEHOLD_HTTP_PORT: `${http}`,
      FREEHOLD_HTTPS_PORT: `${https}`,
      ...(this.#options.demo === true ? {} : { FREEHOLD_DEMO: '0' }),
      XDG_CONFIG_HOME: `${this.home.path}/launcher`,
      ...this.#options.env,
    };
  }

  /** Asks its web server, as a visitor of a host name. */
  site(host: string, path = '/'): Promise<Answer> {
    return visit(this.ports.http, host, path);
  }

  /** Runs `freehold` with these arguments, as a process. */
  freehold(...args: readonly string[]): ProgramRun {
    return new ProgramRun([`${this.checkout}/kernel/cli/freehold`, ...args], { env: this.environment });
  }

  /** Runs `freehold` to its end. */
  async command(...args: readonly string[]): Promise<CommandResult> {
    const run = this.freehold(...args);
    const { code } = await run.ended;
    return { code, stdout: run.stdout, stderr: run.stderr };
  }

  /** Runs `freehold … --json`, which has to succeed, and gives what it printed. */
  async json<Value>(...args: readonly string[]): Promise<Value> {
    const { code, stdout, stderr } = await this.command(...args, '--json');
    if (code !== 0) throw new Error(`freehold ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
    return JSON.parse(stdout) as Value;
  }

  /** Pids of its main processes. */
  roles(): Record<Role, number[]> {
    return findRoles(this.home.path);
  }

  /** How many there are of each. */
  counts(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.roles()).map(([role, pids]) => [role, pids.length]));
  }

  /** The pid of the one process that has this role. */
  pid(role: Role): number {
    const [pid, ...others] = this.roles()[role];
    if (pid === undefined || others.length > 0) throw new Error(`There is not one ${role}, but ${others.length + 1}.`);
    return pid;
  }

  /** Waits until an operation has ended, and throws when it did not succeed. */
  async settle<Value extends { readonly operation: Operation }>(begun: Value | Promise<Value>): Promise<Operation> {
    const ended = await this.follow(begun);
    if (ended.state === 'succeeded' || ended.state === 'superseded') return ended;
    throw new Error(`${ended.kind} of ${ended.owner} ${ended.state}: ${JSON.stringify(ended.outcome)}`);
  }

  /** Waits until an operation has ended, in whatever way. */
  async follow<Value extends { readonly operation: Operation }>(begun: Value | Promise<Value>): Promise<Operation> {
    const { operation } = await begun;
    return followOperation(this.client, operation, { signal: AbortSignal.timeout(120_000) });
  }

  /** Makes an app of the administrator's own tenant, and waits until it is there. */
  async createApp(body: { type: string; name: string; spec: Spec; tenant?: string }): Promise<Begun<App>> {
    const begun = await this.client.createApp(body);
    return { ...begun, operation: await this.settle(begun) };
  }
}

/** How many there are of each main process when all is well. */
export const ONE_OF_EACH = Object.fromEntries(ROLES.map((role) => [role, 1]));

/** `ready.json` is written when everything is; one that a killed launcher left behind names that launcher. */
function untilReady(home: Home, before: number | undefined): Promise<ReadyFile> {
  return new Promise((resolve, reject) => {
    const look = async () => {
      const found = await readJsonFile<ReadyFile>(home.ready);
      if (!found || found.pid === before) return;
      watcher.close();
      resolve(found);
    };
    const watcher = watch(home.path, () => void look().catch(reject));
    watcher.unref();
    look().catch(reject);
  });
}

function endedEarly({ stderr, stdout }: ProgramRun, { code, signal }: Ended): Error {
  return new Error(`It ended before it was ready (${signal ?? `exit code ${code}`}):\n${stderr}${stdout}`);
}

function assertNothing(remains: Remains, errors: readonly string[]): void {
  const found = Object.entries(remains).filter(([, names]) => names.length > 0);
  if (found.length === 0) return;
  const words = errors.length > 0 ? `\nThe agent wrote:\n${errors.join('\n')}` : '';
  throw new Error(`Something stayed behind: ${JSON.stringify(Object.fromEntries(found))}${words}`);
}

/** What a program wrote that was more than a warning. */
function readErrors(log: string): string[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /^\{"level":[56]0|Error/.test(line));
}
