import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { PrimitiveSpec } from '@freehold/sdk';
import type { Entry } from '../system/system.ts';
import { certificateRequest } from './certificate-request.ts';
import { attributeDifference, findAttributes, getAttributes, nameOf } from './ownership.ts';
import { type PathSnapshot, putBack, takeSnapshot } from './path-snapshot.ts';
import { type Context, different, type PrimitiveHandler, pathIdentity, same, type Task } from './primitive.ts';
import { foreignContent } from './refusal.ts';

interface KeyFacts {
  readonly stamp: string;
  /** Names of the signing request. */
  readonly names: readonly string[];
  readonly observed: { readonly publicKey: string; readonly request?: string };
}

interface Inverse {
  readonly path: string;
  readonly before: PathSnapshot;
}

const DEFAULT_MODE = '0600';
const MOST_BYTES = 65_536;

/** The private part is never kept anywhere else, so a key that was lost is another key when it is made again. */
export const keyHandler: PrimitiveHandler<'key', KeyFacts, Inverse> = {
  identities: ({ path }) => [pathIdentity(path)],

  async check(task, context) {
    const { spec, recorded } = task;
    const entry = await context.files.find(spec.path);
    if (!entry) return different('create', `makes a key, ${spec.algorithm}`);
    if (entry.kind !== 'file') throw foreignContent(spec.path, `${nameOf(entry)} and no file`);
    const facts = await currentFacts(task, entry, context);
    if (!facts && !recorded) throw foreignContent(spec.path, `no ${spec.algorithm} key`);
    if (!facts) return different('update', `makes a key, ${spec.algorithm}, because there is none in the file`);
    const attributes = attributeDifference(entry, await findAttributes(spec, DEFAULT_MODE, context), spec);
    if (attributes && !recorded) throw foreignContent(spec.path, `a key with ${attributes}`);
    return attributes ? different('update', attributes) : same(facts);
  },

  async inverse({ spec }, { system }) {
    return { path: spec.path, before: await takeSnapshot(spec.path, system.files) };
  },

  async apply({ spec }, context) {
    const { files } = context.system;
    const present = (await files.find(spec.path)) && (await loadKey(spec, context));
    const key = present ?? (await newKey(spec.algorithm));
    const pem = key.export({ type: 'pkcs8', format: 'pem' });
    await files.write(spec.path, Buffer.from(pem), await getAttributes(spec, DEFAULT_MODE, context));
    const entry = await files.find(spec.path);
    return { facts: factsOf(key, spec, entry?.stamp ?? '') };
  },

  undo: ({ path, before }, { system }) => putBack(path, before, { files: system.files }),

  async remove({ spec }, { system }) {
    await system.files.removeFile(spec.path);
    return undefined;
  },
};

/** Undefined when the file holds no key of the algorithm. */
async function currentFacts(
  { spec, recorded }: Task<'key', KeyFacts>,
  entry: Entry,
  context: Context,
): Promise<KeyFacts | undefined> {
  const names = spec.request?.names ?? [];
  if (recorded && recorded.facts.stamp === entry.stamp && String(recorded.facts.names) === String(names))
    return recorded.facts;
  const key = await loadKey(spec, context);
  return key && factsOf(key, spec, entry.stamp);
}

async function loadKey({ path, algorithm }: PrimitiveSpec<'key'>, { files }: Context): Promise<KeyObject | undefined> {
  const pem = await files.read(path, MOST_BYTES);
  try {
    const key = createPrivateKey(pem);
    return algorithmOf(key) === algorithm ? key : undefined;
  } catch {
    return undefined;
  }
}

function factsOf(key: KeyObject, { request }: PrimitiveSpec<'key'>, stamp: string): KeyFacts {
  const publicKey = String(createPublicKey(key).export({ type: 'spki', format: 'pem' }));
  const names = request?.names ?? [];
  const observed = names.length > 0 ? { publicKey, request: certificateRequest(key, names) } : { publicKey };
  return { stamp, names, observed };
}

const generate = promisify(generateKeyPair);

async function newKey(algorithm: PrimitiveSpec<'key'>['algorithm']): Promise<KeyObject> {
  switch (algorithm) {
    case 'ed25519':
      return (await generate('ed25519')).privateKey;
    case 'ecdsa-p256':
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
    case 'rsa-3072':
      return (await generate('rsa', { modulusLength: 3072 })).privateKey;
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  switch (asymmetricKeyType) {
    case 'ec':
      return asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ecdsa-p256' : 'ec';
    case 'rsa':
      return `rsa-${asymmetricKeyDetails?.modulusLength}`;
    default:
      return String(asymmetricKeyType);
  }
}
