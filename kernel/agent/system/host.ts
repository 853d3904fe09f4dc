import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { arch, availableParallelism, hostname, networkInterfaces, totalmem } from 'node:os';
import type { Host, HostDescription } from './system.ts';

export class LinuxHost implements Host {
  async describe(path: string): Promise<HostDescription> {
    const addresses = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter((address) => !address.internal);
    const disk = await statfs(path);
    const release = osRelease();
    return {
      hostname: hostname(),
      addresses: addresses.map(({ address }) => address).sort(),
      os: { id: release.get('ID') ?? 'linux', version: release.get('VERSION_ID') ?? '', arch: arch() },
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      ipv6: Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6')),
      diskBytes: disk.blocks * disk.bsize,
      diskFreeBytes: disk.bavail * disk.bsize,
    };
  }
}

/** os-release(5) */
function osRelease(): Map<string, string> {
  const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
  const pairs = lines.map((line) => /^([A-Z_]+)="?(.*?)"?$/.exec(line)).filter((match) => match !== null);
  return new Map(pairs.map(([, name = '', value = '']) => [name, value]));
}
