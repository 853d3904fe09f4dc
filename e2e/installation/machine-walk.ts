import { execFileSync } from 'node:child_process';
import { openStateStore } from '../../kernel/agent/store/state-store.ts';
import type { Home } from '../../kernel/launcher/home.ts';
import { listTree } from './files.ts';
import { accountsOf, readGroups } from './remains.ts';

/** What stands on the machine, as a walk finds it: nobody is asked. */
export interface Found {
  readonly users: readonly string[];
  /** Of apps' groups, those that no user belongs to are listed too. */
  readonly groups: readonly string[];
  /** Every path below the node's folder. */
  readonly paths: readonly string[];
  /** Every host name that nginx would serve, as it reads its own configuration. */
  readonly hostnames: readonly string[];
}

export function walkMachine(home: Home, knownApps: readonly string[]): Found {
  const apps = new Set(knownApps);
  const groups = readGroups().filter(({ name }) => apps.has(name));
  return {
    users: accountsOf(home.path)
      .map(({ name }) => name)
      .sort(),
    groups: groups.map(({ name }) => name).sort(),
    paths: listTree(home.node).sort(),
    hostnames: readHostnames(home),
  };
}

/** What the agent says it made. It has to be stopped: the store is one process's alone. */
export interface Inventory {
  /** Those that hold anything. */
  readonly owners: readonly string[];
  readonly paths: ReadonlySet<string>;
  readonly openJournals: number;
  readonly trash: readonly string[];
}

export function readInventory(home: Home, owners: readonly string[]): Inventory {
  const store = openStateStore(`${home.agent}/state.db`);
  try {
    const holdings = store.inventory.holdersBelow(home.node);
    return {
      owners: [...new Set(holdings.map(({ owner }) => owner))].sort(),
      paths: new Set(holdings.map(({ name }) => name.slice('path:'.length))),
      openJournals: store.journal.list().length,
      trash: owners.filter((owner) => store.trash.ofOwner(owner as `app:${string}`).length > 0),
    };
  } finally {
    store.close();
  }
}

/** Paths that nothing in the inventory accounts for, and that are not made by the programs that run. */
export function findStrangers({ paths }: Found, inventory: Inventory): string[] {
  const folders = new Set([...inventory.paths].flatMap(parentsOf));
  return paths.filter((path) => !inventory.paths.has(path) && !folders.has(path) && !isOfPrograms(path));
}

/** Sockets, process ids, temporary folders and logs of services; the files of a release, which are an archive's. */
function isOfPrograms(path: string): boolean {
  return [
    /\/node\/run\/(?:nginx|php\/[\d.]+)\/[\w.-]+\.(?:pid|sock)$/,
    /\/node\/logs\/(?:nginx|php-fpm-[\d.]+)\.log$/,
    /\/node\/state\/nginx\//,
    /\/node\/config\/nginx\/tls\/default\.(?:crt|key)$/,
    /\/files\/releases\/\d+\//,
    /\/sites\/[^/]+\/(?:tmp|sessions)\//,
  ].some((pattern) => pattern.test(path));
}

/** Names that a file of a socket, a pool or a route has: the app's id is their beginning. */
export function appsNamedIn(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => path.match(/app_[a-z0-9]{20}/g) ?? []))].sort();
}

function readHostnames(home: Home): string[] {
  const argv = ['-T', '-q', '-e', '/dev/null', '-c', `${home.node}/config/nginx/nginx.conf`];
  const text = execFileSync('nginx', argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const names = [...text.matchAll(/^\s*server_name (.*);$/gm)].flatMap(([, list = '']) => list.split(' '));
  return names
    .map((name) => name.replaceAll('"', ''))
    .filter((name) => name.includes('.'))
    .sort();
}

function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index).join('/'));
}
