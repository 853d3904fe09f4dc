import type { User } from '../../agent/system/system.ts';
import type { Inode } from './inode.ts';
import type { SimulatedMachine } from './simulated-machine.ts';

export interface MachineSnapshot {
  /** One line for each file, folder and link, by path: `file 0644 0:0 …`. */
  readonly files: Readonly<Record<string, string>>;
  readonly users: readonly User[];
  readonly groups: Readonly<Record<string, number>>;
  /** Definition and whether it runs, by name. */
  readonly services: Readonly<Record<string, string>>;
  readonly packages: readonly string[];
}

export function snapshotOf(machine: SimulatedMachine): MachineSnapshot {
  const files: Record<string, string> = {};
  describe(machine.disk.root, '', files);
  const services = [...machine.services.known].map(
    ([name, { definition, pid }]) =>
      [name, `${pid === undefined ? 'stopped' : 'running'} ${definition.argv.join(' ')}`] as const,
  );
  return {
    files,
    users: [...machine.accounts.users.values()].sort((a, b) => a.name.localeCompare(b.name)),
    groups: Object.fromEntries([...machine.accounts.groups].sort()),
    services: Object.fromEntries(services.sort()),
    packages: [...machine.packages.installed.keys()].sort(),
  };
}

function describe(inode: Inode, path: string, files: Record<string, string>): void {
  const mode = inode.mode.toString(8).padStart(4, '0');
  const facts = `${inode.kind} ${mode} ${inode.uid}:${inode.gid}`;
  if (inode.kind === 'file') files[path] = `${facts} ${inode.content.toString('utf8')}`;
  else files[path || '/'] = inode.kind === 'link' ? `link → ${inode.target}` : facts;
  if (inode.kind !== 'directory') return;
  for (const [name, child] of [...inode.children].sort(([a], [b]) => (a < b ? -1 : 1)))
    describe(child, `${path}/${name}`, files);
}
