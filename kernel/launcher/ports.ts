import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describeProcess } from './processes/process-records.ts';
import { commandOf, listPids, socketsOf } from './processes/process-table.ts';

export type PortState =
  | { readonly kind: 'free' }
  /** Held by a process of this installation, which gives it back or goes on serving. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'taken'; readonly by: string }
  /** Ports below 1024 are root's. */
  | { readonly kind: 'forbidden' };

/** Whether a port can be listened on; a process whose command names the data folder is one of ours. */
export async function probePort(port: number, host: string | undefined, homePath: string): Promise<PortState> {
  const error = await tryToListen(port, host);
  if (error === undefined || error === 'EAFNOSUPPORT') return { kind: 'free' };
  if (error === 'EACCES') return { kind: 'forbidden' };
  if (error === 'EADDRNOTAVAIL') return { kind: 'taken', by: `no address ${host} on this machine` };
  const pids = findListeners(port);
  if (pids.some((pid) => commandOf(pid).includes(`${homePath}/`))) return { kind: 'ours' };
  const [pid] = pids;
  return { kind: 'taken', by: pid === undefined ? 'a process of another user' : describeProcess(pid) };
}

/** A port that nobody listens on now. */
export async function findFreePort(host?: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function tryToListen(port: number, host: string | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Pids of the processes that listen on a TCP port, as far as this user may see them. */
function findListeners(port: number): number[] {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)));
  return listPids().filter((pid) => socketsOf(pid).some((inode) => inodes.has(inode)));
}

function listeningInodes(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return readTable(table).flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === '0A' && local.endsWith(`:${hex}`) && inode ? [inode] : [];
  });
}

function readTable(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
}
