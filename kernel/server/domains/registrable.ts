import { parse } from 'tldts';

/** What is known of a host name from the list of public suffixes. */
export interface NameFacts {
  /** Anybody can register names below it: `com`, `co.uk`, `github.io`. */
  readonly publicSuffix: boolean;
  /**
   * Claiming it claims the names below it too. Not so for names of one label, such as `localhost`, and for addresses, which are
   * nobody's.
   */
  readonly claimsBelow: boolean;
}

export function getNameFacts(name: string): NameFacts {
  const { publicSuffix, isIcann, isPrivate, isIp } = parse(name, { allowPrivateDomains: true });
  return {
    publicSuffix: publicSuffix === name && Boolean(isIcann || isPrivate),
    claimsBelow: !isIp && name.includes('.'),
  };
}

/** The names above it that a tenant could hold, nearest first: `a.b.example.com` → `b.example.com`, `example.com`, `com`. */
export function getParents(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1, -1).map((_, index) => labels.slice(index + 1).join('.'));
}

/** Labels from the last to the first, a dot after each: all names below it start with it. */
export function reverseName(name: string): string {
  return `${name.split('.').reverse().join('.')}.`;
}

/** The name in it that somebody registered: `www.example.co.uk` → `example.co.uk`. Of what nobody can register, the name itself. */
export function getRegistered(name: string): string {
  return parse(name, { allowPrivateDomains: true }).domain ?? name;
}
