import { isIPv4, isIPv6 } from 'node:net';

/** Where a request comes from, as far as it can be known. */
export interface Place {
  readonly address: string | undefined;
  /** The header `User-Agent`. */
  readonly userAgent: string | undefined;
}

/** What people know their device by: `Firefox on Linux`. It proves nothing. */
export function describeDevice(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 500);
  const program = programs.find(([mark]) => text.includes(mark))?.[1] ?? firstWord(text);
  const system = systems.find(([mark]) => text.includes(mark))?.[1];
  if (!program) return 'Unknown device';
  return system ? `${program} on ${system}` : program;
}

/** The neighbourhood of an address: what one customer of a provider is given. */
export function networkOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return networkOf(mapped);
  if (isIPv4(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  if (isIPv6(address)) return `${expand(address).slice(0, 3).join(':')}::/48`;
  return undefined;
}

/** The first that is in it: many browsers say that they are others as well. */
const programs = [
  ['freehold', 'freehold command line'],
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['SamsungBrowser/', 'Samsung Internet'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
  ['curl/', 'curl'],
] as const;

const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['macOS', 'macOS'],
  ['darwin', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
  ['linux', 'Linux'],
] as const;

function firstWord(text: string): string | undefined {
  return /^[A-Za-z][A-Za-z0-9._-]{0,40}/.exec(text)?.[0];
}

/** The groups of an IPv6 address, without leading zeros. */
function expand(address: string): string[] {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(Math.max(missing, 0)).fill('0'), ...after].map((group) =>
    group.replace(/^0+(?=.)/, '').toLowerCase(),
  );
}
