import { readFileSync } from 'node:fs';

/** What systemd, being process 1, may give a service. */
export interface Allowance {
  /** Its own hard limit. */
  readonly hard: number;
  /** The most that Linux gives any process. */
  readonly most: number;
  /** Whether it may raise hard limits: not in every container. */
  readonly isPrivileged: boolean;
}

/** A web server needs two for each connection, and the usual limit is 1024. */
const WANTED = 262_144;

/** `LimitNOFILE=`: a service for which systemd cannot set it does not start at all. */
export function openFilesLimit({ hard, most, isPrivileged }: Allowance): number {
  return Math.min(WANTED, isPrivileged ? most : hard);
}

export function loadAllowance(): Allowance {
  const limit = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/1/limits', 'utf8'))?.[1];
  const capabilities = /^CapEff:\t(\S+)/m.exec(readFileSync('/proc/1/status', 'utf8'))?.[1] ?? '0';
  return {
    hard: limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit),
    most: Number(readFileSync('/proc/sys/fs/nr_open', 'utf8')),
    isPrivileged: (BigInt(`0x${capabilities}`) & CAP_SYS_RESOURCE) !== 0n,
  };
}

/** capabilities(7) */
const CAP_SYS_RESOURCE = 1n << 24n;
