import { isPrimitive, primitiveSchemas } from '@freehold/sdk';
import { findMissingCapabilities, type LoweredResource } from '@freehold/sdk/protocol';
import { Ajv, type ValidateFunction } from 'ajv';
import { Refusal } from '../primitives/refusal.ts';
import type { Holding, Identity } from '../store/inventory.ts';
import type { Assignment } from './assignment.ts';
import { identitiesOf, keyOf } from './compare.ts';
import { requireNoPlaceholder, withSecrets } from './secrets.ts';

/**
 * What stands against a document before it is compared with the machine: the agent takes nobody's word for it, the server's
 * neither. All of it at once.
 */
export function problemsOf(assignment: Assignment): Refusal[] {
  const { resources } = assignment.wanted;
  const malformed = resources.flatMap((lowered) => problemsOfShape(lowered));
  if (malformed.length > 0) return malformed;
  return [
    ...problemsOfKeys(resources),
    ...resources.flatMap((lowered) => problemsOfCapabilities(lowered, assignment)),
    ...resources.flatMap((lowered) => problemsOfSecrets(lowered, assignment)),
    ...problemsOfOwnership(assignment),
  ];
}

const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new Map<string, ValidateFunction>();

function problemsOfShape({ resource, plugin }: LoweredResource): Refusal[] {
  if (!isPrimitive(resource)) {
    const { type, id } = resource as { type: string; id: string };
    return [new Refusal('UnknownPrimitive', `Plugin ${plugin} uses ${type}:${id}, which this agent does not know.`)];
  }
  const { type, id, spec } = resource;
  const validate = validators.get(type) ?? ajv.compile(primitiveSchemas[type]);
  validators.set(type, validate);
  if (validate(spec)) return [];
  const problems =
    validate.errors?.slice(0, 5).map(({ instancePath, message }) => `${instancePath || 'it'} ${message}`) ?? [];
  return [new Refusal('ResourceRefused', `Plugin ${plugin} made ${type}:${id} wrong: ${problems.join(', ')}.`)];
}

function problemsOfKeys(resources: readonly LoweredResource[]): Refusal[] {
  const seen = new Set<string>();
  const doubled = new Set<string>();
  for (const { resource } of resources) {
    if (seen.has(keyOf(resource))) doubled.add(keyOf(resource));
    seen.add(keyOf(resource));
  }
  return [...doubled].map((key) => new Refusal('ResourceRefused', `${key} is declared twice.`));
}

function problemsOfCapabilities(lowered: LoweredResource, { wanted, workshop }: Assignment): Refusal[] {
  const { owner, user } = wanted;
  const { system, paths } = workshop;
  const grant = workshop.settings().grants.find(({ plugin }) => plugin === lowered.plugin);
  if (!grant) return [new Refusal('CapabilityMissing', `Plugin ${lowered.plugin} has no rights on this node.`)];
  const scope = { owner, user, agentUser: system.accounts.self.name, paths };
  const missing = findMissingCapabilities(lowered, grant.capabilities, scope);
  return missing.map(({ message }) => new Refusal('CapabilityMissing', message));
}

function problemsOfSecrets({ resource }: LoweredResource, { wanted }: Assignment): Refusal[] {
  try {
    requireNoPlaceholder(withSecrets(resource, wanted.secrets), wanted.secrets);
    return [];
  } catch (cause) {
    if (cause instanceof Refusal) return [cause];
    throw cause;
  }
}

/** What an owner holds nobody else may hold, on the whole node; and itself only once. */
function problemsOfOwnership(assignment: Assignment): Refusal[] {
  const { owner, resources } = assignment.wanted;
  const own = new Map<string, { key: string; shared: boolean }>();
  const problems: Refusal[] = [];
  for (const { resource } of resources) {
    const key = keyOf(resource);
    for (const identity of identitiesOf(resource, owner)) {
      const { name, shared } = identity;
      const twin = own.get(name);
      if (twin && !(shared && twin.shared)) problems.push(ownedTwice(name, key, twin.key));
      own.set(name, { key, shared });
      problems.push(...problemsWithOthers(identity, assignment));
    }
  }
  return problems;
}

function problemsWithOthers({ name, shared }: Identity, { wanted, workshop }: Assignment): Refusal[] {
  const { owner } = wanted;
  const { store, claims } = workshop;
  const isOther = (holder: Holding) => holder.owner !== owner && !(shared && holder.shared);
  const holder = store.inventory.holdersOf(name).find(isOther);
  if (holder) {
    const title = store.owners.find(holder.owner)?.title ?? holder.owner;
    return [ownedByAnother(name, owner, `“${title}” (${holder.owner})`)];
  }
  const claimant = claims.get(name) ?? owner;
  return claimant === owner ? [] : [ownedByAnother(name, owner, claimant, { retryAfter: 1 })];
}

function ownedByAnother(name: string, owner: string, other: string, options: { retryAfter?: number } = {}): Refusal {
  return new Refusal('OwnedByAnother', `${inWords(name)} belongs to ${other}, so ${owner} cannot have it.`, options);
}

function ownedTwice(name: string, key: string, other: string): Refusal {
  return new Refusal('OwnedTwice', `${key} and ${other} are both ${inWords(name)}.`);
}

/** `path:/etc/x` is "path /etc/x". */
function inWords(name: string): string {
  return name.replace(':', ' ');
}
