import { BlockList, isIP } from 'node:net';

/**
 * Networks of IPv4 that are not the internet: IANA's registry of special-purpose addresses, and multicast. Of IPv6 everything outside
 * 2000::/3 is none, and in it what carries addresses of IPv4 or is for documents.
 */
const PRIVATE_4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
];
const GLOBAL_6 = ['2000::/3'];
const PRIVATE_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

export type IsAllowed = (address: string) => boolean;

/** Whether something may be sent to an address: one of the internet, or of the networks that were allowed by name. */
export function allowedAddresses(networks: readonly string[]): IsAllowed {
  const [private4, global6, private6, named] = [PRIVATE_4, GLOBAL_6, PRIVATE_6, networks].map(toList);
  const holds = (list: BlockList | undefined, address: string, family: Family) => list?.check(address, family) === true;
  return (address) => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0) return false;
    if (holds(named, address, family)) return true;
    if (family === 'ipv4') return !holds(private4, address, family);
    return holds(global6, address, family) && !holds(private6, address, family);
  };
}

type Family = 'ipv4' | 'ipv6';

function toList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}
