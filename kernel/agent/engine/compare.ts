import type { Primitive, PrimitiveType } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import { handlerOf } from '../primitives/index.ts';
import type { Different, Finding, Task } from '../primitives/primitive.ts';
import { type Refusal, toRefusal } from '../primitives/refusal.ts';
import type { Identity, Recorded } from '../store/inventory.ts';
import { fingerprint } from '../system/fingerprint.ts';
import { type Assignment, contextOf } from './assignment.ts';
import { type Possession, possessionOf } from './possession.ts';
import { relocatedFiles } from './relocated-files.ts';
import { withSecrets } from './secrets.ts';

/** One wanted resource beside the machine. */
export interface Compared {
  readonly key: string;
  readonly plugin: string;
  readonly via: readonly string[];
  /** As the server sent it. */
  readonly resource: Primitive;
  readonly task: Task<PrimitiveType, unknown>;
  readonly finding: Finding<unknown> | Kept | Impossible;
}

/** It differs because somebody changed it by hand, and the hoster wants that left alone. */
export interface Kept extends Omit<Different, 'kind'> {
  readonly kind: 'kept';
}

export interface Impossible {
  readonly kind: 'impossible';
  readonly refusal: Refusal;
}

export interface Comparison {
  /** In the order of the document. */
  readonly compared: readonly Compared[];
  /** What is there and no longer wanted, latest first. */
  readonly leaving: readonly Recorded[];
  readonly possession: Possession;
}

/** Compares everything that is wanted with the machine. Changes nothing. */
export async function compare(assignment: Assignment, { observing }: { observing: boolean }): Promise<Comparison> {
  const possession = await possessionOf(assignment);
  const files = relocatedFiles(assignment.workshop.system.files, possession.relocations);
  const changed = new Set<string>();
  const context = contextOf(assignment, { files, observing, changed, expectedIds: expectedIds(assignment) });
  const known = new Map(possession.resources.map((recorded) => [recorded.key, recorded]));
  const found = new Map<string, Compared>();
  for (const lowered of inOrderOfCheck(assignment.wanted.resources)) {
    assignment.signal.throwIfAborted();
    const compared = await compareOne(lowered);
    found.set(compared.key, compared);
    if (compared.finding.kind === 'different') changed.add(compared.key);
  }
  const compared = assignment.wanted.resources.map(({ resource }) => found.get(keyOf(resource)) as Compared);
  const unwanted = possession.resources.filter(({ key }) => !found.has(key));
  const leaving = unwanted.filter((recorded) => !isTakenOver(recorded, assignment)).reverse();
  return { compared, leaving, possession };

  async function compareOne({ resource, plugin, via }: Assignment['wanted']['resources'][number]): Promise<Compared> {
    const key = keyOf(resource);
    const task = taskOf(resource, known.get(key), { now: assignment.wanted.secrets, before: possession.secrets });
    try {
      const finding = await handlerOf(resource.type).check(task, context);
      return {
        key,
        plugin,
        via,
        resource,
        task,
        finding: isToBeKept(finding, task, assignment) ? kept(finding) : finding,
      };
    } catch (cause) {
      assignment.signal.throwIfAborted();
      return { key, plugin, via, resource, task, finding: { kind: 'impossible', refusal: toRefusal(cause) } };
    }
  }
}

/** What another resource of the same owner is now, at the same path, is not removed: it only has another name. */
function isTakenOver({ owner, resource }: Recorded, { wanted }: Assignment): boolean {
  const held = (primitive: Primitive) =>
    identitiesOf(primitive, owner).flatMap(({ name, shared }) => (shared ? [] : name));
  const names = held(resource);
  return wanted.resources.some((lowered) => held(lowered.resource).some((name) => names.includes(name)));
}

type Secrets = Readonly<Record<string, string>>;

/** A resource with the values of the secrets in place, and what is remembered of it with those that it had then. */
export function taskOf(
  resource: Primitive,
  recorded: Recorded | undefined,
  secrets: { now: Secrets; before: Secrets },
): Task<PrimitiveType, unknown> {
  const { spec } = withSecrets(resource, secrets.now);
  if (!recorded) return { key: keyOf(resource), spec };
  const before = withSecrets(recorded.resource, secrets.before).spec;
  return { key: keyOf(resource), spec, recorded: { spec: before, facts: recorded.facts } };
}

export function identitiesOf({ type, spec }: Primitive, owner: OwnerKey): readonly Identity[] {
  return handlerOf(type).identities?.(spec, owner) ?? [];
}

export function keyOf({ type, id }: Primitive): string {
  return `${type}:${id}`;
}

/** Users that the owner declares have the numbers again that they had before. */
function expectedIds({ wanted, workshop }: Assignment): Map<string, number> {
  const users = wanted.resources.filter(({ resource }) => resource.type === 'user');
  const ids = users.map(({ resource: { id } }) => [id, workshop.store.accounts.find(wanted.owner, id)] as const);
  return new Map(ids.filter((pair): pair is [string, number] => pair[1] !== undefined));
}

/** Commands that wait for changes come last, because those may stand anywhere in the document. */
function inOrderOfCheck<Lowered extends { resource: Primitive }>(resources: readonly Lowered[]): Lowered[] {
  const waits = ({ resource }: Lowered) => resource.type === 'command' && resource.spec.onlyAfter !== undefined;
  return [...resources.filter((lowered) => !waits(lowered)), ...resources.filter(waits)];
}

function isToBeKept(
  finding: Finding<unknown>,
  { spec, recorded }: Task<PrimitiveType, unknown>,
  { workshop }: Assignment,
): finding is Different {
  if (finding.kind !== 'different' || finding.action === 'run' || !recorded) return false;
  return workshop.settings().drift === 'keep' && fingerprint(recorded.spec) === fingerprint(spec);
}

function kept({ action, summary, diff }: Different): Kept {
  return diff === undefined ? { kind: 'kept', action, summary } : { kind: 'kept', action, summary, diff };
}
