import type { Attributes, Entry, System } from '../system/system.ts';
import { Refusal } from './refusal.ts';

export interface Owned {
  readonly owner?: string;
  readonly group?: string;
  readonly mode?: string;
}

/** The attributes that a spec asks for; undefined as long as the user or the group does not exist. */
export async function findAttributes(
  spec: Owned,
  defaultMode: string,
  { system }: { readonly system: System },
): Promise<Attributes | undefined> {
  const { accounts } = system;
  const user = spec.owner === undefined ? accounts.self : await accounts.findUser(spec.owner);
  const gid = spec.group === undefined ? user?.gid : await accounts.findGroup(spec.group);
  if (!user || gid === undefined) return undefined;
  return { uid: user.uid, gid, mode: Number.parseInt(spec.mode ?? defaultMode, 8) };
}

/** The same when the spec is about to be applied. */
export async function getAttributes(
  spec: Owned,
  defaultMode: string,
  context: { readonly system: System },
): Promise<Attributes> {
  const attributes = await findAttributes(spec, defaultMode, context);
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
