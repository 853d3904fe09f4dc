import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Primitive, PrimitiveSpec, PrimitiveType } from '@freehold/sdk';

/** Files of a deployed archive by path. */
export type Tree = Readonly<Record<string, string>>;

export interface World {
  /** Gives a new user its number. */
  nextUid(): number;
  readonly archives: ReadonlyMap<string, Tree>;
  /** What observations printed, by resource key. */
  readonly observed: Record<string, unknown>;
}

type Appliers = { [Type in PrimitiveType]?: (spec: PrimitiveSpec<Type>, world: World) => void };

/** A plain way to make each primitive true as root. The agent does it with a journal and an undo. */
const appliers: Appliers = {
  user: ({ name, home }, world) => {
    if (idOf('passwd', name) !== undefined) return;
    const uid = String(world.nextUid());
    execFileSync('groupadd', ['-g', uid, name]);
    execFileSync('useradd', ['-u', uid, '-g', uid, '-M', '-p', '*', '-d', home, '-s', '/usr/sbin/nologin', name], {
      stdio: 'ignore',
    });
  },
  directory: ({ path, owner, group, mode = '0755' }) => {
    mkdirSync(path, { recursive: true });
    give(path, { owner, group, mode });
  },
  dataset: ({ files }) => {
    if (!files) return;
    mkdirSync(files.path, { recursive: true });
    give(files.path, { mode: '0755', ...files });
  },
  file: ({ path, content, owner, group, mode, secret }) => {
    writeFileSync(`${path}.new`, content);
    give(`${path}.new`, { owner, group, mode: mode ?? (secret ? '0600' : '0644') });
    renameSync(`${path}.new`, path);
  },
  link: ({ path, target }) => {
    symlinkSync(target, `${path}.new`);
    renameSync(`${path}.new`, path);
  },
  log: ({ path, owner, group, mode = '0640' }) => {
    closeSync(openSync(path, 'a'));
    give(path, { owner, group, mode });
  },
  archive: ({ path, sha256, owner, group, mode = '0755' }, world) => {
    if (existsSync(path)) return;
    mkdirSync(path);
    give(path, { owner, group, mode });
    for (const [name, content] of Object.entries(world.archives.get(sha256) ?? {})) {
      const file = `${path}/${name}`;
      for (const folder of foldersBetween(path, file)) {
        mkdirSync(folder, { recursive: true });
        give(folder, { owner, group, mode });
      }
      writeFileSync(file, content);
      give(file, { owner, group, mode: '0640' });
    }
  },
  command: (spec, { observed }) => {
    if (spec.creates && existsSync(spec.creates)) return;
    const [program = '', ...args] = spec.argv;
    const printed = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    if (spec.output) observed[`command:${spec.id}`] = printed.split('\n').filter((line) => line !== '');
  },
};

export function applyPrimitive({ type, spec }: Primitive, world: World): void {
  (appliers[type] as ((spec: unknown, world: World) => void) | undefined)?.(spec, world);
}

/** Removes a file. Everything else goes with the machine's folder. */
export function removePrimitive({ type, spec }: Primitive): void {
  if (type === 'file') rmSync(spec.path, { force: true });
}

function give(path: string, { owner, group, mode }: { owner?: string; group?: string; mode: string }): void {
  const uid = owner ? idOf('passwd', owner) : 0;
  const gid = group ? idOf('group', group) : owner ? idOf('group', owner) : 0;
  if (uid === undefined || gid === undefined) throw new Error(`${owner}:${group} does not exist`);
  chownSync(path, uid, gid);
  chmodSync(path, Number.parseInt(mode, 8));
}

function idOf(database: 'passwd' | 'group', name: string): number | undefined {
  try {
    return Number(execFileSync('getent', [database, name], { encoding: 'utf8' }).split(':')[2]);
  } catch {
    return undefined;
  }
}

function foldersBetween(root: string, file: string): string[] {
  const folder = dirname(file);
  return folder === root ? [] : [...foldersBetween(root, folder), folder];
}
