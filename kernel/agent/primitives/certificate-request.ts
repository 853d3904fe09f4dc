import { createPublicKey, type KeyObject, sign } from 'node:crypto';

/**
 * A certificate signing request (PKCS #10, RFC 2986) in PEM: the first name is the subject's common name, and all stand in
 * the extension for alternative names (RFC 5280 §4.2.1.6). Written out in DER, because node:crypto makes none.
 */
export function certificateRequest(key: KeyObject, names: readonly string[]): string {
  const information = sequence(
    integer(0),
    commonName(names[0] ?? ''),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    element(0xa0, sequence(OID_EXTENSION_REQUEST, set(sequence(alternativeNames(names))))),
  );
  const { digest, identifier } = signatureOf(key);
  const request = sequence(information, identifier, bitString(sign(digest, information, key)));
  const lines = request.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}

/** Longest value of a common name (RFC 5280, appendix A.1, ub-common-name). */
const LONGEST_COMMON_NAME = 64;

function commonName(name: string): Buffer {
  if (name.length > LONGEST_COMMON_NAME) return sequence();
  return sequence(set(sequence(OID_COMMON_NAME, element(0x0c, Buffer.from(name)))));
}

function alternativeNames(names: readonly string[]): Buffer {
  const dnsNames = names.map((name) => element(0x82, Buffer.from(name)));
  return sequence(OID_ALTERNATIVE_NAMES, element(0x04, sequence(...dnsNames)));
}

function signatureOf({ asymmetricKeyType }: KeyObject): { digest: string | null; identifier: Buffer } {
  switch (asymmetricKeyType) {
    case 'ed25519':
      return { digest: null, identifier: sequence(OID_ED25519) };
    case 'ec':
      return { digest: 'sha256', identifier: sequence(OID_ECDSA_SHA256) };
    default:
      return { digest: 'sha256', identifier: sequence(OID_RSA_SHA256, element(0x05, Buffer.alloc(0))) };
  }
}

const OID_COMMON_NAME = objectId('550403');
const OID_ALTERNATIVE_NAMES = objectId('551d11');
const OID_EXTENSION_REQUEST = objectId('2a864886f70d01090e');
const OID_ED25519 = objectId('2b6570');
const OID_ECDSA_SHA256 = objectId('2a8648ce3d040302');
const OID_RSA_SHA256 = objectId('2a864886f70d01010b');

function objectId(hex: string): Buffer {
  return element(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...elements: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(elements));
}

function set(...elements: readonly Buffer[]): Buffer {
  return element(0x31, Buffer.concat(elements));
}

function integer(value: number): Buffer {
  return element(0x02, Buffer.from([value]));
}

/** With no unused bits at its end. */
function bitString(bits: Buffer): Buffer {
  return element(0x03, Buffer.concat([Buffer.from([0]), bits]));
}

function element(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}
