import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCode } from './failure.ts';
import type { Address, Processes } from './system.ts';

/** The processes of this machine, as proc(5) shows them. */
export class LinuxProcesses implements Processes {
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
    const found = new Map<number, ReadonlySet<string>>();
    const processes = descendants(pid);
    if (processes.length === 0) return found;
    const listening = listeningSockets(pid);
    for (const descendant of processes) {
      const sockets = socketsOf(descendant).filter((socket) => listening.has(socket));
      if (sockets.length > 0) found.set(descendant, new Set(sockets));
    }
    return found;
  }

  async holders(pid: number, sockets: ReadonlySet<string>): Promise<ReadonlySet<number>> {
    return new Set(descendants(pid).filter((id) => socketsOf(id).some((socket) => sockets.has(socket))));
  }

  async signal(pid: number, signal: string): Promise<void> {
    kill(pid, signal as NodeJS.Signals);
  }

  async serves(pid: number, addresses: readonly Address[]): Promise<boolean> {
    const processes = [pid, ...descendants(pid)];
    if (!processes.every(isReadable)) return true;
    const sockets = new Set(processes.flatMap(socketsOf));
    return addresses.every((address) => listeningOn(pid, address).some((socket) => sockets.has(socket)));
  }

  async ports(pid: number): Promise<ReadonlySet<number>> {
    const listening = tcpListeners(pid);
    const sockets = [pid, ...descendants(pid)].flatMap(socketsOf);
    return new Set(sockets.map((socket) => listening.get(socket)).filter((port) => port !== undefined));
  }

  accepts(address: Address): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const socket = connect({ ...target(address), timeout: 1000 });
    socket.once('connect', () => resolve(true));
    socket.once('timeout', () => resolve(false));
    // A full queue of a unix socket means that somebody listens.
    socket.once('error', (cause) => resolve(isCode(cause, 'EAGAIN')));
    return promise.finally(() => socket.destroy());
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

/** Inodes of the sockets that are in the state LISTEN in the process's network namespace. */
function listeningSockets(pid: number): Set<string> {
  return new Set([...tcpListeners(pid).keys(), ...unixListeners(pid).keys()]);
}

/** Those at an address. Of an IP address only the port counts: a socket of all addresses serves it too. */
function listeningOn(pid: number, address: Address): string[] {
  const isUnix = address.startsWith('unix:');
  const place = isUnix ? address.slice(5) : Number(address.slice(address.lastIndexOf(':') + 1));
  const listening = isUnix ? unixListeners(pid) : tcpListeners(pid);
  return [...listening].filter(([, its]) => its === place).map(([socket]) => socket);
}

/** The path of each of them that has one. */
function unixListeners(pid: number): Map<string, string> {
  // 00010000 is __SO_ACCEPTCON.
  const listening = rows(pid, 'unix').filter((row) => row[3] === '00010000');
  return new Map(listening.map(([, , , , , , inode, ...path]) => [`socket:[${inode}]`, path.join(' ')]));
}

/** The port of each of them that is TCP's. */
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
    return readdirSync(`/proc/${pid}/fd`).map((handle) => link(`/proc/${pid}/fd/${handle}`));
  } catch (cause) {
    if (isCode(cause, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return [];
    throw cause;
  }
}

/** An agent may not be allowed to look into a process that became another user. */
function isReadable(pid: number): boolean {
  try {
    readdirSync(`/proc/${pid}/fd`);
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

/** An address that means "all of this machine's" is reached on the loopback. */
function target(address: Address): { path: string } | { host: string; port: number } {
  if (address.startsWith('unix:')) return { path: address.slice(5) };
  const separator = address.lastIndexOf(':');
  const host = address.slice(4, separator).replace(/^\[(.*)\]$/, '$1');
  const loopback = { '0.0.0.0': '127.0.0.1', '*': '127.0.0.1', '::': '::1' }[host] ?? host;
  return { host: loopback, port: Number(address.slice(separator + 1)) };
}
