import { statfs } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { exitCodes, type FieldProblem, ProblemError } from '../cli/problem.ts';
import { ACCOUNT_NAME, type Account } from './account.ts';
import { findClosedParent } from './ensure-home.ts';
import type { Home } from './home.ts';
import type { Ports } from './installation.ts';
import { findFreePort, type PortState, probePort } from './ports.ts';
import type { Settings } from './settings.ts';
import { loadState, saveState } from './state-file.ts';

/** Bytes that the data folder needs: the program, a database with its log, some sites. */
export const NEEDED_BYTES = 1024 ** 3;

/** Whether this installation runs privileged: with users of its own, packages installed, ports below 1024. */
export const isRoot = () => process.getuid?.() === 0;

/** What must hold before anything is begun. Throws with all problems at once. */
export async function checkMachine(settings: Settings, ports: Ports): Promise<void> {
  const found = await Promise.all([findPortProblems(settings, ports), findDiskProblems(settings.home)]);
  const problems = [...findSystemProblems(), ...found.flat()];
  if (problems.length > 0) throw machineProblem(problems);
}

/** The ports of the settings; for 0 the one of the last start, if it is still free, or any free one. */
export async function choosePorts(settings: Settings): Promise<Ports> {
  const { home, host, port, httpPort, httpsPort } = settings;
  const { ports: last } = await loadState(home);
  const choose = async (wanted: number, before: number | undefined, on?: string) => {
    if (wanted !== 0) return wanted;
    const again = before !== undefined && ['free', 'ours'].includes((await probePort(before, on, home.path)).kind);
    return again ? before : findFreePort(on);
  };
  const api = await choose(port, last?.api, host);
  const ports = { api, http: await choose(httpPort, last?.http), https: await choose(httpsPort, last?.https) };
  await saveState(home, { ports });
  return ports;
}

/** The server's and PostgreSQL's user must be able to come to its own folders. */
export async function checkReachable(home: Home, account: Account): Promise<void> {
  const closed = await findClosedParent(home.path, account);
  if (closed) throw machineProblem([closedParentProblem(home, closed)]);
}

export function closedParentProblem(home: Home, closed: string): FieldProblem {
  return {
    pointer: '/FREEHOLD_HOME',
    value: home.path,
    message: `The user ${ACCOUNT_NAME} may not pass through ${closed}, so server and database could not reach their own data.`,
    remedy: `Choose a folder elsewhere, /var/lib/freehold for one, or allow it: chmod o+x ${closed}`,
  };
}

export function portProblem({ name, flag, port }: NamedPort, state: PortState): FieldProblem | undefined {
  if (state.kind === 'forbidden')
    return {
      pointer: `/${name}`,
      value: port,
      message: 'Only root may listen on ports below 1024.',
      remedy: `Choose another with ${flag} or ${name}.`,
    };
  if (state.kind !== 'taken') return undefined;
  return {
    pointer: `/${name}`,
    value: port,
    message: `The port is taken: ${state.by}.`,
    remedy: `End that, or choose another port with ${flag} or ${name}.`,
  };
}

export interface NamedPort {
  readonly name: string;
  readonly flag: string;
  readonly port: number;
  readonly host?: string;
}

export function namedPorts({ host }: Settings, ports: Ports): readonly NamedPort[] {
  return [
    { name: 'FREEHOLD_PORT', flag: '--port', port: ports.api, host },
    { name: 'FREEHOLD_HTTP_PORT', flag: '--http-port', port: ports.http },
    { name: 'FREEHOLD_HTTPS_PORT', flag: '--https-port', port: ports.https },
  ];
}

function findSystemProblems(): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (process.platform !== 'linux') {
    const remedy = 'Run it on Linux: Debian 12 is what it is made for.';
    problems.push({ pointer: '/system', value: process.platform, message: 'Freehold runs on Linux only.', remedy });
  }
  if (findUserName() === undefined) problems.push(namelessUserProblem());
  return problems;
}

/** Name of the user of this process; undefined when the system has no such user, as in some containers. */
export function findUserName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

export function namelessUserProblem(): FieldProblem {
  return {
    pointer: '/user',
    value: process.getuid?.(),
    message: 'The system knows no user with this id, and PostgreSQL runs for a known user only.',
    remedy: 'Run it as a user that /etc/passwd names.',
  };
}

async function findPortProblems(settings: Settings, ports: Ports): Promise<FieldProblem[]> {
  const named = namedPorts(settings, ports);
  const states = await Promise.all(named.map(({ port, host }) => probePort(port, host, settings.home.path)));
  return named.flatMap((port, index) => portProblem(port, states[index] as PortState) ?? []);
}

async function findDiskProblems({ path }: Home): Promise<FieldProblem[]> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (free >= NEEDED_BYTES / 2) return [];
  const message = `Only ${Math.round(free / 1024 ** 2)} MB are free on its disk, and an installation needs about 1 GB.`;
  return [
    { pointer: '/FREEHOLD_HOME', value: path, message, remedy: 'Make room, or choose a folder on another disk.' },
  ];
}

function machineProblem(errors: readonly FieldProblem[]): ProblemError {
  const detail = 'Freehold cannot start on this machine as it is.';
  return new ProblemError(
    { code: 'machine-not-ready', title: 'The machine is not ready', detail, errors },
    exitCodes.failed,
  );
}
