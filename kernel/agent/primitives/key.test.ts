import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { key } from '@freehold/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedBench } from '../testing/bench.ts';
import { certificateRequest } from './certificate-request.ts';

const APP = 'app:one';
let bench: SimulatedBench;
let path: string;

beforeEach(() => {
  bench = new SimulatedBench();
  bench.machine.disk.makeFolder(bench.site('one'));
  path = `${bench.site('one')}/tls.key`;
});

describe('a key', () => {
  it.each(['ed25519', 'ecdsa-p256', 'rsa-3072'] as const)(
    '%s is made on the node, and only its public part is told',
    async (algorithm) => {
      const report = await bench.apply(APP, [key({ path, algorithm })]);
      const pem = bench.machine.disk.readFile(path);
      const observed = report.observed[`key:${path}`] as { publicKey: string };
      expect(observed).toEqual({
        publicKey: createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'pem' }),
      });
      expect(bench.machine.disk.find(path)).toMatchObject({ mode: 0o600 });
      expect(JSON.stringify([bench.reports, bench.store.inventory.ofOwner(APP)])).not.toContain('PRIVATE');
    },
  );

  it('stays the same one when its mode, its owner or the names of its request change', async () => {
    await bench.apply(APP, [key({ path, algorithm: 'ed25519' })]);
    const pem = bench.machine.disk.readFile(path);
    const request = { names: ['a.example', '*.a.example'] };
    const report = await bench.apply(APP, [key({ path, algorithm: 'ed25519', mode: '0640', request })]);
    expect(bench.machine.disk.readFile(path)).toBe(pem);
    expect(report.observed[`key:${path}`]).toHaveProperty('request', expect.stringContaining('CERTIFICATE REQUEST'));
  });

  it('is another one, and told so, when it was lost', async () => {
    const before = await bench.apply(APP, [key({ path, algorithm: 'ed25519' })]);
    bench.machine.disk.remove(path);
    const { checked } = await bench.sweep();
    expect(checked[0]?.drift).toMatchObject([{ resource: `key:${path}`, action: 'repaired' }]);
    const after = await bench.apply(APP, [key({ path, algorithm: 'ed25519' })]);
    expect(after.observed).not.toEqual(before.observed);
  });

  it('has the same signing request as long as nothing changes', async () => {
    const wanted = [key({ path, algorithm: 'ecdsa-p256', request: { names: ['a.example'] } })];
    const first = await bench.apply(APP, wanted);
    await bench.sweep();
    expect((await bench.apply(APP, wanted)).observed).toEqual(first.observed);
  });
});

describe('a signing request', () => {
  const keys: [string, () => KeyObject][] = [
    ['ed25519', () => generateKeyPairSync('ed25519').privateKey],
    ['ecdsa-p256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['rsa-3072', () => generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey],
  ];

  it.each(keys)('of %s is one that openssl verifies and reads', (_, make) => {
    const text = openssl(certificateRequest(make(), ['a.example', '*.a.example', 'xn--bcher-kva.example']));
    expect(text).toContain('Certificate request self-signature verify OK');
    expect(text).toMatch(/Subject: CN ?= ?a\.example/);
    expect(text).toContain('DNS:a.example, DNS:*.a.example, DNS:xn--bcher-kva.example');
  });

  it('has no common name when the first name is too long for one', () => {
    const long = `${'a'.repeat(60)}.example`;
    const text = openssl(certificateRequest(generateKeyPairSync('ed25519').privateKey, [long]));
    expect(text).not.toContain('CN');
    expect(text).toContain(`DNS:${long}`);
  });

  it('takes a hundred names', () => {
    const names = Array.from({ length: 100 }, (_, index) => `host${index}.example`);
    expect(openssl(certificateRequest(generateKeyPairSync('ed25519').privateKey, names))).toContain(
      'DNS:host99.example',
    );
  });
});

function openssl(request: string): string {
  const args = ['-c', 'exec openssl req -verify -noout -text 2>&1'];
  return execFileSync('sh', args, { input: request, encoding: 'utf8' });
}
