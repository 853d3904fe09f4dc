import { ApiClient } from '../cli/api-client.ts';
import type { Node } from '../cli/api-types.ts';
import { exitCodes, ProblemError } from '../cli/problem.ts';
import { type Account, ensureAccount } from './account.ts';
import { fingerprintOf, prepareBootstrap } from './bootstrap.ts';
import { createDemo, type Demo, findDemo, hadDemo, visit } from './demo.ts';
import { ensureFolders } from './ensure-home.ts';
import type { InitialAdmin } from './home.ts';
import type { Installation } from './installation.ts';
import { checkMachine, checkReachable, choosePorts, findUserName, isRoot } from './machine.ts';
import { checkNode } from './node-check.ts';
import { enableWebServer } from './node-role.ts';
import { buildPanel } from './panel.ts';
import { endLeftovers, ProcessRecords } from './processes/process-records.ts';
import { type Service, Supervisor } from './processes/supervisor.ts';
import { type Program, stageProgram } from './program.ts';
import { assertReachable } from './reach-database.ts';
import { Readiness } from './readiness.ts';
import { makeAgent } from './services/agent.ts';
import { makePostgres } from './services/postgres.ts';
import { makeServer } from './services/server.ts';
import type { Settings } from './settings.ts';
import { saveState } from './state-file.ts';
import type { Step, Steps } from './steps.ts';
import type { StopSignals } from './stop-signals.ts';

/** What a start came to. */
export interface Started {
  readonly api: string;
  readonly firstStart: boolean;
  readonly admin: InitialAdmin | undefined;
  readonly demo: Demo | undefined;
  /** Whether websites can be served. */
  readonly serves: boolean;
}

/** Brings one installation up, keeps it running, and takes it down. */
export class Launcher {
  readonly #settings: Settings;
  readonly #steps: Steps;
  readonly #signals: StopSignals;
  readonly #records: ProcessRecords;
  readonly #readiness: Readiness;
  /** In the order of their start. */
  readonly #supervisors: Supervisor[] = [];

  constructor(settings: Settings, steps: Steps, signals: StopSignals) {
    this.#settings = settings;
    this.#steps = steps;
    this.#signals = signals;
    this.#records = new ProcessRecords(settings.home);
    this.#readiness = new Readiness(settings.home);
  }

  async bringUp(): Promise<Started> {
    const steps = this.#steps;
    const installation = await this.#prepare();
    const database = await this.#startDatabase(installation);
    const bootstrap = await prepareBootstrap(installation, database);
    const server = makeServer(installation, () => database.url());
    await steps.run('Server', async (step) => {
      await this.#supervise(server);
      await bootstrap.done();
      step.result(server.api());
    });
    await steps.run('Agent', () => this.#supervise(makeAgent(installation)));
    await saveState(this.#settings.home, { enrolled: true });
    const filled = await this.#setUp(installation, new ApiClient({ api: server.api(), ...tokenOf(bootstrap.admin) }));
    const { demo } = filled;
    await this.#readiness.announce({ api: server.api(), pid: process.pid, ...(demo ? { demo } : {}) });
    await steps.save(this.#settings.home);
    return { api: server.api(), firstStart: bootstrap.first, admin: bootstrap.admin, ...filled };
  }

  /** The agent first, with the services it supervises; then the server; then the database. */
  async takeDown(): Promise<void> {
    await this.#readiness.withdraw();
    for (const supervisor of this.#supervisors) supervisor.giveUp();
    for (const supervisor of this.#supervisors.toReversed()) await supervisor.stop(this.#signals.hurry);
    await this.#records.record('launcher', undefined);
  }

  async #prepare(): Promise<Installation> {
    const { home, checkout } = this.#settings;
    const ports = await this.#steps.run('This machine', async (step) => {
      const leftovers = await this.#records.findAlive();
      await this.#readiness.withdraw();
      await this.#records.record('launcher', process.pid);
      await endLeftovers(leftovers, { tell: (text) => step.update(text) });
      const ports = await choosePorts(this.#settings);
      await checkMachine(this.#settings, ports);
      step.result(isRoot() ? 'as root' : `as ${findUserName()}, unprivileged`);
      return ports;
    });
    const account = isRoot() ? await this.#prepareAccount() : undefined;
    await this.#steps.run('Panel', (step) => buildPanel(checkout, step, this.#signals.stop));
    const program = account
      ? await this.#steps.run('Program', (step) => stageProgram(this.#settings, account, step))
      : ({ program: checkout, node: process.execPath } satisfies Program);
    await ensureFolders(home, account);
    return { settings: this.#settings, home, ...program, account, ports, stop: this.#signals.stop };
  }

  async #prepareAccount(): Promise<Account> {
    return this.#steps.run('System user', async (step) => {
      const { account, created } = await ensureAccount();
      await checkReachable(this.#settings.home, account);
      if (created) step.result(`${account.name} was made, for server and database`);
      else step.skip(account.name);
      return account;
    });
  }

  async #startDatabase(installation: Installation) {
    const { databaseUrl } = this.#settings;
    const fingerprint = fingerprintOf(databaseUrl);
    return this.#steps.run('Database', async (step) => {
      if (databaseUrl) {
        await assertReachable(databaseUrl);
        step.skip('your own, from DATABASE_URL');
        return { fingerprint, created: false, url: () => databaseUrl };
      }
      const postgres = makePostgres(installation);
      await this.#supervise(postgres);
      return { fingerprint, created: postgres.created(), url: postgres.url };
    });
  }

  async #supervise(service: Service): Promise<void> {
    const supervisor = new Supervisor(service, {
      say: (text) => this.#steps.say(`! ${text}`),
      onChange: async (pid) => {
        await this.#records.record(service.name, pid);
        await this.#readiness.record(service.name, pid !== undefined);
      },
    });
    await supervisor.start();
    this.#supervisors.push(supervisor);
  }

  /** What needs the API: the web server, the demo, and the word of the node that all is in place. */
  async #setUp(
    { settings, home, ports, stop }: Installation,
    admin: ApiClient,
  ): Promise<Pick<Started, 'demo' | 'serves'>> {
    const steps = this.#steps;
    if (!(await mayUse(admin))) {
      steps.say('  ! initial-admin.json is gone or its token was revoked: web server and demo are left as they are.');
      return { demo: undefined, serves: true };
    }
    const node = await this.#findNode(admin);
    const serves = await enableWebServer({ client: admin, node, steps, stop });
    const demo =
      serves && settings.demo ? await this.#ensureDemo(admin, ports.http) : await findDemo(home, admin, ports.http);
    await checkNode({ client: admin, node, steps, stop }, { serves });
    return { demo, serves };
  }

  /** A demo that fails is told, and everything else goes on: the next start tries again. */
  async #ensureDemo(admin: ApiClient, httpPort: number): Promise<Demo | undefined> {
    const { stop } = this.#signals;
    try {
      return await this.#steps.run('Demo website', (step) => this.#findOrCreateDemo(admin, httpPort, step));
    } catch (error) {
      if (stop.aborted || !(error instanceof ProblemError)) throw error;
      this.#steps.say(`  ! There is no demo website yet. ${error.message.replaceAll('\n', '\n    ')}`, {
        problem: error.problem,
      });
      return undefined;
    }
  }

  async #findOrCreateDemo(admin: ApiClient, httpPort: number, step: Step): Promise<Demo | undefined> {
    const { home, checkout } = this.#settings;
    const { stop } = this.#signals;
    const found = await findDemo(home, admin, httpPort);
    if (!found && (await hadDemo(home))) {
      step.skip('it was removed');
      return undefined;
    }
    const demo = found ?? (await createDemo({ admin, home, checkout, httpPort, step, stop }));
    const status = await visit(demo, stop);
    if (found && status === 200) step.skip(demo.url);
    else step.result(`${demo.url} answers ${status === 0 ? 'not yet' : status}`);
    return demo;
  }

  async #findNode(admin: ApiClient): Promise<Node> {
    const [node] = (await admin.listNodes()).filter(({ name }) => name === 'local');
    if (node) return node;
    throw new ProblemError(
      { code: 'node-missing', title: 'No node', detail: 'The server does not know this node.' },
      exitCodes.failed,
    );
  }
}

function tokenOf(admin: InitialAdmin | undefined): { token?: string } {
  return admin ? { token: admin.token } : {};
}

async function mayUse(admin: ApiClient): Promise<boolean> {
  return admin.loadSession().then(
    () => true,
    (error) => {
      if (error instanceof ProblemError && error.exitCode === exitCodes.forbidden) return false;
      throw error;
    },
  );
}
