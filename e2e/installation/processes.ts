import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { commandOf, findProcess, listPids } from '../../kernel/launcher/processes/process-table.ts';

/** The main processes of an installation, each of which there shall be one. */
export const ROLES = ['launcher', 'database', 'server', 'agent', 'nginx', 'php'] as const;
export type Role = (typeof ROLES)[number];

/** Pids of the main processes, by what they do. A healthy installation has one of each. */
export function findRoles(home: string): Record<Role, number[]> {
  const found: Record<Role, number[]> = { launcher: [], database: [], server: [], agent: [], nginx: [], php: [] };
  for (const pid of listPids()) {
    const role = roleOf(pid, home);
    if (role && findProcess(pid)) found[role].push(pid);
  }
  return found;
}

/** All processes that have anything open below a folder, run a program of it, or name it in their command line. */
export function findProcessesOf(folder: string): { pid: number; command: string }[] {
  return listPids()
    .filter((pid) => pid !== process.pid && findProcess(pid) && touches(pid, folder))
    .map((pid) => ({ pid, command: commandOf(pid) }));
}

/** The user that a process acts as; undefined when it is gone. */
export function userOf(pid: number): number | undefined {
  const [, effective] = /^Uid:\s+\d+\s+(\d+)/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return effective === undefined ? undefined : Number(effective);
}

function roleOf(pid: number, home: string): Role | undefined {
  const command = commandOf(pid);
  if (command.includes(`/postgres -D ${home}/postgres/data`)) return 'database';
  if (command.startsWith('nginx: master process') && command.includes(`${home}/node/`)) return 'nginx';
  if (command.startsWith(`php-fpm: master process (${home}/node/`)) return 'php';
  if (/kernel\/cli\/main\.ts start\b/.test(command) && environmentOf(pid).includes(`FREEHOLD_HOME=${home}`))
    return isNode(command) ? 'launcher' : undefined;
  if (command.includes('kernel/server/main.ts') && environmentOf(pid).includes(`HOME=${home}/server`)) return 'server';
  return command.includes(`kernel/agent/main.ts --home ${home} `) ? 'agent' : undefined;
}

/** Not the shell of npm, which has the same words in its command line. */
function isNode(command: string): boolean {
  return /^\S*node /.test(command);
}

function touches(pid: number, folder: string): boolean {
  const files = [`/proc/${pid}/cwd`, `/proc/${pid}/exe`, ...list(`/proc/${pid}/fd`)].map(readLink);
  return commandOf(pid).includes(`${folder}/`) || files.some((path) => path.startsWith(`${folder}/`));
}

function environmentOf(pid: number): string[] {
  return read(`/proc/${pid}/environ`).split('\0');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
