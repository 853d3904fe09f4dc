import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCode } from './failure.ts';
import type { Address, Processes } from './system.ts';

/** The processes of this machine, as proc(5) shows them. */
export class LinuxProcesses implements Processes {
  /** When the table was last read. A socket that listens does so until it is closed. */
  #tcpListeners: ReadonlyMap<string, number> = new Map();

  async endAllOf(uid: number): Promise<boolean> {
    for (let attempt = 0; attempt < 250; attempt++) {
      const alive = processIds().filter((pid) => belongsTo(pid, uid));
      if (alive.length === 0) return true;
      for (const pid of alive) kill(pid, 'SIGKILL');
      await sleep(20);
    }
    return false;
  }

  async listeners(pid: number): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
    const held = descendants(pid).map((id) => [id, socketsOf(id)] as const);
    const listening = this.#listeningAmong(new Set(held.flatMap(([, sockets]) => sockets)), pid);
    const theirs = held.map(
      ([id, sockets]) => [id, new Set(sockets.filter((socket) => listening.has(socket)))] as const,
    );
    return new Map(theirs.filter(([, sockets]) => sockets.size > 0));
  }

  /** Linux takes 10 ms to list the sockets of TCP, and those of files in no time: so only where there is a new one. */
  #listeningAmong(sockets: ReadonlySet<string>, pid: number): ReadonlySet<string> {
    const unix = unixSockets(pid);
    const isNew = [...sockets].some((socket) => !unix.has(socket) && !this.#tcpListeners.has(socket));
    if (isNew) this.#tcpListeners = tcpListeners(pid);
    return new Set([...sockets].filter((socket) => unix.get(socket)?.isListening ?? this.#tcpListeners.has(socket)));
  }

  async holders(pid: number, sockets: ReadonlySet<string>): Promise<ReadonlySet<number>> {
    return new Set(descendants(pid).filter((id) => socketsOf(id).some((socket) => sockets.has(socket))));
  }

  async hidden(pid: number): Promise<ReadonlySet<number>> {
    return new Set(descendants(pid).filter((id) => !isReadable(id)));
  }

  async signal(pid: number, signal: string): Promise<void> {
    kill(pid, signal as NodeJS.Signals);
  }

  async serves(pid: number, addresses: readonly Address[]): Promise<boolean> {
    const processes = [pid, ...descendants(pid)];
    const sockets = processes.flatMap(socketsOf);
    const unseen = addresses.filter((address) => !this.#isServed(address, sockets, pid));
    if (unseen.length === 0) return true;
    return !processes.every(isReadable) && (await Promise.all(unseen.map(accepts))).every(Boolean);
  }

  #isServed(address: Address, sockets: readonly string[], pid: number): boolean {
    return address.startsWith('unix:')
      ? isAmong(sockets, unixSockets(pid), ({ isListening, path }) => isListening && path === address.slice(5))
      : this.#serveTcp(sockets, Number(address.slice(address.lastIndexOf(':') + 1)), pid);
  }

  /** Of an IP address only the port counts: a socket of all addresses serves it too. */
  #serveTcp(sockets: readonly string[], port: number, pid: number): boolean {
    const isThere = () => isAmong(sockets, this.#tcpListeners, (its) => its === port);
    if (isThere()) return true;
    this.#tcpListeners = tcpListeners(pid);
    return isThere();
  }

  async ports(pid: number): Promise<ReadonlySet<number>> {
    const listening = tcpListeners(pid);
    const sockets = [pid, ...descendants(pid)].flatMap(socketsOf);
    return new Set(sockets.map((socket) => listening.get(socket)).filter((port) => port !== undefined));
  }
}

/** When a process began, in words that no other process of this or an earlier boot shares; undefined when it is gone. */
export function birthOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The name, in parentheses, may contain anything: the fields are counted from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${bootId()}/${fields[19]}`;
}

let boot = '';
export function bootId(): string {
  boot ||= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if (!isCode(cause, 'ESRCH')) throw cause;
  }
}

export function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The part of proc(5) `stat` that says which processes belong together. */
export function familyOf(pid: number): { parent: number; session: number } | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && { parent: Number(fields[1]), session: Number(fields[3]) };
}

function belongsTo(pid: number, uid: number): boolean {
  const status = read(`/proc/${pid}/status`) ?? '';
  const ids = /^Uid:\t(.*)$/m.exec(status)?.[1]?.split('\t').map(Number) ?? [];
  return ids.includes(uid) && !/^State:\t[ZX]/m.test(status);
}

function descendants(pid: number): number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(descendants)];
}

/** proc(5) says it of each thread. Where it does not, every process is asked for its parent, which takes a hundred times longer. */
function childrenOf(pid: number): number[] {
  const lists = threadsOf(pid).map((thread) => read(`/proc/${pid}/task/${thread}/children`));
  if (lists.every((list) => list === undefined)) return processIds().filter((id) => familyOf(id)?.parent === pid);
  return lists.flatMap((list) => list?.split(' ').filter(Boolean).map(Number) ?? []);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch (cause) {
    if (isCode(cause, 'ENOENT', 'ESRCH')) return [];
    throw cause;
  }
}

function isAmong<Its>(
  sockets: readonly string[],
  table: ReadonlyMap<string, Its>,
  isWanted: (its: Its) => boolean,
): boolean {
  return sockets.some((socket) => {
    const its = table.get(socket);
    return its !== undefined && isWanted(its);
  });
}

/** Those that are files, in the process's network namespace. The path of one may be empty. */
function unixSockets(pid: number): Map<string, { isListening: boolean; path: string }> {
  // 00010000 is __SO_ACCEPTCON.
  const all = rows(pid, 'unix').map(([, , , flags, , , inode, ...path]) => {
    return [`socket:[${inode}]`, { isListening: flags === '00010000', path: path.join(' ') }] as const;
  });
  return new Map(all);
}

/** The port of each that is in the state LISTEN in the process's network namespace. */
function tcpListeners(pid: number): Map<string, number> {
  const listening = ['tcp', 'tcp6'].flatMap((table) => rows(pid, table).filter((row) => row[3] === '0A'));
  return new Map(listening.map(([, address, , , , , , , , inode]) => [`socket:[${inode}]`, portOf(address)]));
}

/** `0100007F:1F90` */
function portOf(address = ''): number {
  return Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);
}

function rows(pid: number, table: string): string[][] {
  const text = read(`/proc/${pid}/net/${table}`) ?? '';
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

function socketsOf(pid: number): string[] {
  try {
    const targets = readdirSync(`/proc/${pid}/fd`).map((handle) => link(`/proc/${pid}/fd/${handle}`));
    return targets.filter((target) => target.startsWith('socket:'));
  } catch (cause) {
    if (isCode(cause, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return [];
    throw cause;
  }
}

/**
 * Root needs CAP_SYS_PTRACE to look into a process that became another user, which containers may not have. The handles are listed
 * without it, and do not say what they are.
 */
function isReadable(pid: number): boolean {
  try {
    const [handle] = readdirSync(`/proc/${pid}/fd`);
    if (handle !== undefined) readlinkSync(`/proc/${pid}/fd/${handle}`);
    return true;
  } catch (cause) {
    return !isCode(cause, 'EACCES', 'EPERM');
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (isCode(cause, 'ENOENT', 'ESRCH', 'EACCES')) return undefined;
    throw cause;
  }
}

function accepts(address: Address): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ ...target(address), timeout: 1000 });
  socket.once('connect', () => resolve(true));
  socket.once('timeout', () => resolve(false));
  // A full queue of a unix socket means that somebody listens.
  socket.once('error', (cause) => resolve(isCode(cause, 'EAGAIN')));
  return promise.finally(() => socket.destroy());
}

/** An address that means "all of this machine's" is reached on the loopback. */
function target(address: Address): { path: string } | { host: string; port: number } {
  if (address.startsWith('unix:')) return { path: address.slice(5) };
  const separator = address.lastIndexOf(':');
  const host = address.slice(4, separator).replace(/^\[(.*)\]$/, '$1');
  const loopback = { '0.0.0.0': '127.0.0.1', '*': '127.0.0.1', '::': '::1' }[host] ?? host;
  return { host: loopback, port: Number(address.slice(separator + 1)) };
}
