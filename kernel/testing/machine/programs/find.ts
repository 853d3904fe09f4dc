import { basename, join } from 'node:path';
import { matchesPath } from '@freehold/sdk/protocol';
import type { Disk } from '../disk.ts';
import type { Script } from '../simulated-commands.ts';
import { unknown } from './files.ts';

interface Wish {
  readonly starts: string[];
  name: string;
  kind?: string;
  depth: number;
  least: number;
  executable: boolean;
  delete: boolean;
}

const KINDS: Readonly<Record<string, string>> = { f: 'file', d: 'directory', l: 'link' };

/** find(1) with `-maxdepth`, `-name`, `-type`, `-xtype`, `-executable`, `-mindepth`, `-delete`, `-print`. */
export const findProgram =
  (disk: Disk): Script =>
  ({ argv }) => {
    const wish: Wish = {
      starts: [],
      name: '*',
      depth: Number.POSITIVE_INFINITY,
      least: 0,
      executable: false,
      delete: false,
    };
    const rest = argv.slice(1);
    for (let next = rest.shift(); next !== undefined; next = rest.shift())
      if (!read(wish, next, rest)) return unknown('find', next);
    const found = wish.starts.flatMap((start) => search(disk, start, { wish, depth: 0 }));
    if (wish.delete) for (const path of found.reverse()) disk.remove(path);
    return wish.delete ? undefined : found.map((path) => `${path}\n`).join('');
  };

function read(wish: Wish, option: string, rest: string[]): boolean {
  if (!option.startsWith('-')) wish.starts.push(option);
  else if (option === '-maxdepth') wish.depth = Number(rest.shift());
  else if (option === '-mindepth') wish.least = Number(rest.shift());
  else if (option === '-name') wish.name = String(rest.shift());
  else if (option === '-type' || option === '-xtype') wish.kind = KINDS[String(rest.shift())];
  else if (option === '-executable') wish.executable = true;
  else if (option === '-delete') wish.delete = true;
  else return ['-H', '-L', '-P', '-print', '-ignore_readdir_race'].includes(option);
  return true;
}

function search(disk: Disk, path: string, { wish, depth }: { wish: Wish; depth: number }): string[] {
  const inode = disk.find(path);
  if (!inode) return [];
  const matches =
    depth >= wish.least &&
    matchesPath(`/${wish.name}`, `/${basename(path)}`) &&
    (wish.kind === undefined || wish.kind === inode.kind) &&
    (!wish.executable || (inode.mode & 0o111) !== 0);
  const below =
    depth < wish.depth
      ? disk.list(path).flatMap((name) => search(disk, join(path, name), { wish, depth: depth + 1 }))
      : [];
  return [...(matches ? [path] : []), ...below];
}
