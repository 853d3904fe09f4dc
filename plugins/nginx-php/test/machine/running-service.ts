import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { PrimitiveSpec } from '@freehold/sdk';

type Spec = PrimitiveSpec<'service'>;

/** One service, run as a child of the test. */
export class RunningService {
  readonly spec: Spec;
  readonly #process: ChildProcess;

  private constructor(spec: Spec, child: ChildProcess) {
    this.spec = spec;
    this.#process = child;
  }

  static async start(spec: Spec): Promise<RunningService> {
    await validate(spec);
    const [program = '', ...args] = spec.argv;
    const child = spawn(program, args, { env: { PATH: process.env.PATH, ...spec.env }, stdio: 'ignore' });
    const service = new RunningService(spec, child);
    try {
      await waitUntil(`${spec.name} listens`, () => acceptsAll(spec.listens));
      return service;
    } catch (error) {
      await service.stop();
      throw error;
    }
  }

  /** Reloads, and comes back when every process of before has let go of the sockets. */
  async reload(listens: readonly string[] = []): Promise<void> {
    await validate(this.spec);
    const before = new Set(this.children());
    this.#process.kill(this.spec.reloadSignal as NodeJS.Signals);
    await waitUntil(`${this.spec.name} has reloaded`, async () => {
      if (this.children().some((child) => before.has(child) && holdsSocket(child))) return false;
      return acceptsAll([...(this.spec.listens ?? []), ...listens]);
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  children(): string[] {
    return readFileSync(`/proc/${this.#process.pid}/task/${this.#process.pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }
}

async function validate({ validate, env }: Spec): Promise<void> {
  const [program, ...args] = validate ?? [];
  if (program) await promisify(execFile)(program, args, { env: { PATH: process.env.PATH, ...env } });
}

/** Polls, because neither the kernel nor nginx tells. */
export async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`timed out: ${what}`);
    await delay(10);
  }
}

async function acceptsAll(addresses: readonly string[] = []): Promise<boolean> {
  const answers = await Promise.all(addresses.map(accepts));
  return answers.every(Boolean);
}

async function accepts(address: string): Promise<boolean> {
  const [, host = '', port = ''] = /^tcp:(.*):([0-9]+)$/.exec(address) ?? [];
  const socket = connect(host ? { host, port: Number(port) } : { path: address.slice('unix:'.length) });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function holdsSocket(pid: string): boolean {
  try {
    return execFileSync('ls', ['-l', `/proc/${pid}/fd`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).includes('socket:');
  } catch {
    return false;
  }
}
