import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** What an authenticator is asked, as far as it looks at it. */
interface Options {
  readonly challenge: string;
}

/** What may be wrong with what it says. */
export interface Mistakes {
  readonly origin?: string;
  readonly rpID?: string;
  readonly challenge?: string;
  readonly type?: string;
  /** Whether it made sure of its person. */
  readonly verified?: boolean;
  readonly counter?: number;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const WITH_KEY = 0x40;

/** A passkey with a browser in front of it (WebAuthn level 3, §6 and §7): it signs what a test wants. */
export class TestAuthenticator {
  readonly #origin: string;
  readonly #id = randomBytes(32);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #counter = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  get id(): string {
    return this.#id.toString('base64url');
  }

  /** `navigator.credentials.create` */
  create({ challenge }: Options, mistakes: Mistakes = {}) {
    const { x, y } = this.#keys.publicKey.export({ format: 'jwk' });
    const key = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ]);
    const data = Buffer.concat([
      this.#data(mistakes, WITH_KEY),
      Buffer.alloc(16),
      Buffer.from([0, this.#id.length]),
      this.#id,
      isoCBOR.encode(key),
    ]);
    const attestation = isoCBOR.encode(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(data)],
      ]) as never,
    );
    const said = this.#said('webauthn.create', challenge, mistakes).toString('base64url');
    const response = { clientDataJSON: said, attestationObject: Buffer.from(attestation).toString('base64url') };
    return this.#answer({ ...response, transports: ['internal'] });
  }

  /** `navigator.credentials.get` */
  get({ challenge }: Options, mistakes: Mistakes = {}) {
    this.#counter += 1;
    const data = this.#data(mistakes);
    const said = this.#said('webauthn.get', challenge, mistakes);
    const signature = sign('sha256', Buffer.concat([data, sha256(said)]), this.#keys.privateKey);
    return this.#answer({
      clientDataJSON: said.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
    });
  }

  #data(
    { rpID = new URL(this.#origin).hostname, verified = true, counter = this.#counter }: Mistakes,
    more = 0,
  ): Buffer {
    const rest = Buffer.alloc(5);
    rest.writeUInt8(PRESENT | (verified ? VERIFIED : 0) | more);
    rest.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(rpID), rest]);
  }

  #said(type: string, asked: string, { challenge = asked, origin = this.#origin, ...mistakes }: Mistakes): Buffer {
    return Buffer.from(JSON.stringify({ type: mistakes.type ?? type, challenge, origin, crossOrigin: false }));
  }

  #answer(response: object) {
    const fixed = { type: 'public-key', clientExtensionResults: {}, authenticatorAttachment: 'platform' };
    return { id: this.id, rawId: this.id, ...fixed, response };
  }
}

function bytes(text: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(text ?? '', 'base64url'));
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
