import { BlockList, isIP } from 'node:net';

/** Whether it is an address, or a network like 192.0.2.0/24 or 2001:db8::/32. */
export function isNetwork(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
}

/** Whether the address is one of them, or in one of the networks. */
export function isAmong(networks: readonly string[], address: string): boolean {
  // An IPv4 address that came in through an IPv6 socket.
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const version = isIP(plain);
  if (version === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [start = '', length] = network.split('/');
    const family = isIP(start) === 4 ? 'ipv4' : 'ipv6';
    if (length === undefined) list.addAddress(start, family);
    else list.addSubnet(start, Number(length), family);
  }
  return list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}
