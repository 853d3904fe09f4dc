import type { Capabilities } from '../manifest.ts';
import type { NodePaths } from '../node.ts';
import type { Primitive } from '../primitives.ts';
import type { LoweredResource, OwnerKey } from './state.ts';

/** Something that a resource touches and its plugin's manifest does not allow. */
export interface MissingCapability {
  readonly plugin: string;
  readonly resource: string;
  /** The member of `capabilities` that would have to allow it. */
  readonly capability: keyof Capabilities;
  /** The path, command, service, package or user. */
  readonly value: string;
  readonly message: string;
}

export interface CapabilityScope {
  readonly owner: OwnerKey;
  /** The unix user of the app, if the owner is one. */
  readonly user?: string;
  /** The user the agent runs as. */
  readonly agentUser: string;
  readonly paths: NodePaths;
}

/** Everything that a lowered resource touches beyond what its plugin may. Empty when all is in order. */
export function findMissingCapabilities(
  lowered: LoweredResource,
  capabilities: Capabilities,
  scope: CapabilityScope,
): MissingCapability[] {
  const missing: MissingCapability[] = [];
  const report = (capability: keyof Capabilities, value: string, hint: string) =>
    missing.push({
      plugin: lowered.plugin,
      resource: `${lowered.resource.type}:${lowered.resource.id}`,
      capability,
      value,
      message: `Plugin ${lowered.plugin} may not touch ${value} (resource ${lowered.resource.type}:${lowered.resource.id}): ${hint}`,
    });
  const touched = touchedBy(lowered.resource);

  for (const path of touched.paths) {
    const foreign = foreignSite(path, scope);
    if (!isNormal(path)) report('paths', path, 'a path is absolute and has no empty, "." or ".." segment.');
    else if (foreign) report('paths', path, `it belongs to ${foreign}.`);
    else if (!capabilities.paths?.some((pattern) => matchesPath(expand(pattern, scope.paths), path)))
      report('paths', path, 'its manifest would have to name the path in capabilities.paths.');
  }
  for (const command of touched.commands)
    if (command.includes('/') && !isNormal(command))
      report('commands', command, 'a program is a name, or an absolute path without "." or ".." segments.');
    else if (!capabilities.commands?.some((pattern) => matchesPath(pattern, command)))
      report('commands', command, 'its manifest would have to name the program in capabilities.commands.');
  for (const service of touched.services)
    if (!capabilities.services?.some((pattern) => matchesSegment(pattern, service)))
      report('services', service, 'its manifest would have to name the service in capabilities.services.');
  for (const name of touched.packages)
    if (!capabilities.packages?.some((pattern) => matchesSegment(pattern, name)))
      report('packages', name, 'its manifest would have to name the package in capabilities.packages.');
  for (const user of touched.users)
    if (!mayUse(user, capabilities, scope))
      report('users', user, 'its manifest would have to name the user in capabilities.users.');
  if (isApp(scope.owner))
    for (const kind of ['service', 'package'] as const)
      if (lowered.resource.type === kind)
        report(`${kind}s`, lowered.resource.id, `only a node role may declare a ${kind}.`);
  return missing;
}

/**
 * Whether a path matches a pattern, segment by segment: `*` stands for any characters within one segment, `**` for any
 * number of whole segments, none included.
 */
export function matchesPath(pattern: string, path: string): boolean {
  return matchesSegments(pattern.split('/'), path.split('/'));
}

/** Puts the node's folders in the place of `{sites}`, `{config}`, `{run}`, `{logs}` and `{state}`. */
export function expand(pattern: string, paths: NodePaths): string {
  const placeholder = /^\{(sites|config|run|logs|state)\}/.exec(pattern);
  return placeholder ? paths[placeholder[1] as keyof NodePaths] + pattern.slice(placeholder[0].length) : pattern;
}

interface Touched {
  paths: string[];
  commands: string[];
  services: string[];
  packages: string[];
  users: string[];
}

function touchedBy({ type, spec }: Primitive): Touched {
  const some = (...values: (string | undefined)[]) => values.filter((value) => value !== undefined);
  const programs = (...argvs: (readonly string[] | undefined)[]) => some(...argvs.map((argv) => argv?.[0]));
  const nothing: Touched = { paths: [], commands: [], services: [], packages: [], users: [] };
  switch (type) {
    case 'directory':
    case 'file':
    case 'fragment':
    case 'key':
      return { ...nothing, paths: [spec.path], users: some(spec.owner, spec.group) };
    case 'link':
      return { ...nothing, paths: [spec.path] };
    case 'archive':
      return {
        ...nothing,
        paths: some(spec.path, spec.source === 'upload' ? undefined : spec.source),
        users: some(spec.owner, spec.group),
      };
    case 'user':
      return { ...nothing, paths: [spec.home], users: [spec.name, ...(spec.groups ?? [])] };
    case 'command':
      return {
        ...nothing,
        paths: some(spec.cwd, spec.creates),
        commands: programs(spec.argv, spec.unless, spec.undo, spec.remove),
        users: some(spec.user),
      };
    case 'timer':
      return { ...nothing, paths: some(spec.cwd), commands: programs(spec.argv), users: some(spec.user) };
    case 'service':
      return {
        ...nothing,
        commands: programs(spec.argv, spec.validate),
        services: [spec.name],
        users: some(spec.user),
      };
    case 'dataset':
      return {
        ...nothing,
        paths: some(spec.files?.path),
        commands: programs(spec.program?.dump, spec.program?.restore),
        users: some(spec.files?.owner, spec.files?.group, spec.program?.user),
      };
    case 'package':
      return { ...nothing, packages: [spec.name] };
    case 'log':
      return {
        ...nothing,
        paths: [spec.path],
        services: some(spec.reopen?.service),
        users: some(spec.owner, spec.group),
      };
  }
}

/** Two ways to write one path, or a way out of a folder, would make every comparison below worthless. */
function isNormal(path: string): boolean {
  return (
    path.startsWith('/') &&
    path
      .slice(1)
      .split('/')
      .every((segment) => segment !== '' && !/^\.{1,2}$/.test(segment))
  );
}

/** The owner of the site folder a path is in, when that is not this owner. */
function foreignSite(path: string, { owner, paths }: CapabilityScope): string | undefined {
  if (!isApp(owner)) return undefined;
  if (path === paths.sites) return 'all apps';
  if (!path.startsWith(`${paths.sites}/`)) return undefined;
  const site = path.slice(paths.sites.length + 1).split('/')[0] as string;
  return owner === `app:${site}` ? undefined : `app ${site}`;
}

function mayUse(user: string, capabilities: Capabilities, { user: own, agentUser }: CapabilityScope): boolean {
  if (user === own) return true;
  if (user === agentUser && agentUser !== 'root') return true;
  return capabilities.users?.some((pattern) => matchesSegment(pattern, user)) ?? false;
}

function isApp(owner: OwnerKey): boolean {
  return owner.startsWith('app:');
}

function matchesSegments(pattern: readonly string[], path: readonly string[]): boolean {
  return matchesStars(pattern, path, { star: '**', matches: matchesSegment });
}

function matchesSegment(pattern: string, text: string): boolean {
  return matchesStars([...pattern], [...text], { star: '*', matches: (one, other) => one === other });
}

/** Walks both lists once, going back to the last star only: at worst one times the other, and never exponential. */
function matchesStars(
  pattern: readonly string[],
  items: readonly string[],
  { star, matches }: { star: string; matches: (one: string, other: string) => boolean },
): boolean {
  let [p, i, lastStar, mark] = [0, 0, -1, 0];
  while (i < items.length) {
    if (pattern[p] === star) [lastStar, mark, p] = [p, i, p + 1];
    else if (p < pattern.length && matches(pattern[p] as string, items[i] as string)) [p, i] = [p + 1, i + 1];
    else if (lastStar >= 0) [p, mark, i] = [lastStar + 1, mark + 1, mark + 1];
    else return false;
  }
  while (pattern[p] === star) p++;
  return p === pattern.length;
}
