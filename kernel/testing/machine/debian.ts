import { remove, test } from './programs/files.ts';
import { findProgram } from './programs/find.ts';
import { openssl } from './programs/openssl.ts';
import type { SimulatedMachine } from './simulated-machine.ts';

/** Users and groups that every Debian has (base-passwd). */
const ACCOUNTS: Readonly<Record<string, number>> = { mail: 8, 'www-data': 33, nogroup: 65_534 };
/** Folders that programs look into. */
const FOLDERS = [
  '/etc',
  '/opt',
  '/srv',
  '/tmp',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/var/lib',
];
/** What packages without a version in their name stand for in Debian 12. */
const CURRENT: Readonly<Record<string, string>> = { 'php-fpm': 'php8.2-fpm', 'php-cli': 'php8.2-cli' };

/** Makes a machine as Debian 12 is after its installation, with the few programs that commands of plugins use. */
export function furnishDebian(machine: SimulatedMachine): void {
  const { accounts, disk, packages } = machine;
  for (const folder of FOLDERS) disk.makeFolder(folder);
  for (const [name, id] of Object.entries(ACCOUNTS))
    if (name === 'nogroup') accounts.groups.set(name, id);
    else accounts.addByHand(name, id);
  packages.onInstall = (name) => {
    const program = programOf(CURRENT[name] ?? name);
    if (program) disk.writeFile(program, '', { mode: 0o755 });
  };
  machine.script('true', () => ({ code: 0 }));
  machine.script('false', () => ({ code: 1 }));
  machine.script('test', test(disk));
  machine.script('rm', remove(disk));
  machine.script('find', findProgram(disk));
  machine.script('openssl', openssl(disk));
}

/** Where the program of a package stands that plugins look for. */
function programOf(name: string): string | undefined {
  const php = /^php(\d+\.\d+)-(fpm|cli)$/.exec(name);
  if (php) return php[2] === 'fpm' ? `/usr/sbin/php-fpm${php[1]}` : `/usr/bin/php${php[1]}`;
  return /^[a-z0-9-]+$/.test(name) ? `/usr/bin/${name}` : undefined;
}
