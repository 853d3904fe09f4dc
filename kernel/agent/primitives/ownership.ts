import type { Attributes, Entry, System } from '../system/system.ts';
import { Refusal } from './refusal.ts';

export interface Owned {
  readonly owner?: string;
  readonly group?: string;
  readonly mode?: string;
}

export interface OwnershipContext {
  readonly system: System;
  /** Numbers that users and groups will have who do not exist yet. */
  readonly expectedIds?: ReadonlyMap<string, number>;
}

/** The attributes that a spec asks for; undefined as long as the user or the group does not exist. */
export async function findAttributes(
  spec: Owned,
  defaultMode: string,
  { system, expectedIds }: OwnershipContext,
): Promise<Attributes | undefined> {
  const { accounts } = system;
  const expected = (name: string) => expectedIds?.get(name);
  const { owner, group } = spec;
  const user = owner === undefined ? accounts.self : await accounts.findUser(owner);
  const uid = user?.uid ?? expected(owner ?? '');
  const gid = group === undefined ? (user?.gid ?? uid) : ((await accounts.findGroup(group)) ?? expected(group));
  if (uid === undefined || gid === undefined) return undefined;
  return { uid, gid, mode: Number.parseInt(spec.mode ?? defaultMode, 8) };
}

/** The same when the spec is about to be applied. */
export async function getAttributes(
  spec: Owned,
  defaultMode: string,
  { system }: OwnershipContext,
): Promise<Attributes> {
  const attributes = await findAttributes(spec, defaultMode, { system });
  if (attributes) return attributes;
  const names = [spec.owner, spec.group].filter((name) => name !== undefined).join(' or ');
  throw new Refusal(
    'UnknownUser',
    `There is no user or group ${names} on this machine. The plugin has to declare it before.`,
  );
}

/** What differs, in words; empty when nothing does. */
export function attributeDifference(entry: Entry, wanted: Attributes | undefined, { owner, group }: Owned): string {
  const differences = [
    wanted?.mode === entry.mode ? '' : `mode ${octal(entry.mode)} → ${wanted ? octal(wanted.mode) : '?'}`,
    wanted?.uid === entry.uid ? '' : `owner ${entry.uid} → ${owner ?? wanted?.uid}`,
    wanted?.gid === entry.gid ? '' : `group ${entry.gid} → ${group ?? wanted?.gid}`,
  ];
  return differences.filter(Boolean).join(', ');
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** What stands somewhere, in words. */
export function nameOf(entry: Entry): string {
  const kinds = { file: 'a file', directory: 'a folder', link: 'a link', other: 'no file and no folder' };
  return kinds[entry.kind];
}
