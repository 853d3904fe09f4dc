import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { AREAS, type Area, HOMES, LAYERS, PACKAGES, TEST_PACKAGES, TESTS_MAY } from './rules.ts';

export interface Violation {
  /** What is not allowed. */
  readonly rule: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Folders of plugins, by the name of their package. */
export type PluginPackages = ReadonlyMap<string, string>;

/**
 * Whether a file may import a module.
 *
 * @param file relative to the root of the repository, as the specifier's target if it has one
 */
export function checkImport(file: string, specifier: string, plugins: PluginPackages): Violation | undefined {
  const target = resolveOurs(file, specifier, plugins);
  return target === undefined ? checkOutside(file, specifier) : checkOurs(file, { specifier, target, plugins });
}

/** The file of ours that a specifier names, relative to the root; undefined when it names an outside module. */
function resolveOurs(file: string, specifier: string, plugins: PluginPackages): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
  const [name, rest] = splitPackage(specifier);
  const folder = PACKAGES[name] ?? plugins.get(name);
  return folder === undefined ? undefined : posix.join(folder, rest || 'index.ts');
}

interface Ours {
  readonly specifier: string;
  readonly target: string;
  readonly plugins: PluginPackages;
}

function checkOurs(file: string, { specifier, target }: Ours): Violation | undefined {
  const [from, to] = [areaOf(file), areaOf(target)];
  if (target.startsWith('..'))
    return { rule: 'nothing outside the repository is imported by path', remedy: 'Install it as a package.' };
  const layer = Object.keys(LAYERS).find((suffix) => file.endsWith(suffix));
  const upward = layer && LAYERS[layer]?.find((suffix) => target.endsWith(suffix));
  if (layer && upward)
    return {
      rule: `routes → service → entity: a *${layer} imports no *${upward}`,
      remedy: 'Move what both need down, or pass it in.',
    };
  if (from.folder === 'plugins') return checkPlugin(file, specifier, target);
  if (from === to) return undefined;
  const allowed = [...from.may, ...(isTest(file) ? TESTS_MAY : [])].some((folder) => isIn(target, folder));
  if (!allowed)
    return {
      rule: `${from.folder || 'the root'} does not import ${to.folder || target}: ${from.why}`,
      remedy: remedyFor(from, to),
    };
  if (to.folder === 'sdk' && specifier.startsWith('.') && from.folder !== 'sdk/testing')
    return { rule: 'the SDK is imported by its name', remedy: "Import '@freehold/sdk' or '@freehold/sdk/protocol'." };
  return undefined;
}

function checkPlugin(file: string, specifier: string, target: string): Violation | undefined {
  const own = file.split('/').slice(0, 2).join('/');
  if (isIn(target, own)) return undefined;
  if (isIn(target, 'plugins'))
    return /^plugins\/[^/]+\/contract\.(ts|js)$/.test(target)
      ? undefined
      : {
          rule: 'of another plugin only its contract.ts is imported',
          remedy: 'Use what its contract.ts exports, or ask for it to be published there.',
        };
  if (isTest(file) && isIn(target, 'sdk')) return undefined;
  if (specifier === '@freehold/sdk' || specifier === '@freehold/sdk/testing') return undefined;
  return isIn(target, 'sdk')
    ? {
        rule: 'a plugin uses only what @freehold/sdk exports',
        remedy: "Import it from '@freehold/sdk'; the protocol is no part of the contract.",
      }
    : { rule: 'a plugin uses the public SDK only', remedy: 'Ask for what is missing to be added to the SDK.' };
}

function checkOutside(file: string, specifier: string): Violation | undefined {
  const [name] = splitPackage(specifier);
  const home = HOMES.find(({ packages }) => packages.includes(name) || packages.includes(specifier));
  if (!name.startsWith('node:') && builtinModules.includes(name))
    return { rule: 'modules of Node are imported with node:', remedy: `Write node:${name}.` };
  if (home) {
    if (isTest(file) || home.homes.some((folder) => isIn(file, folder))) return undefined;
    return { rule: `${name} is at home in ${home.homes.join(', ')}`, remedy: `Instead: ${home.instead}.` };
  }
  if (name.startsWith('node:')) return undefined;
  if (TEST_PACKAGES.includes(name))
    return isTest(file) ? undefined : { rule: `only tests import ${name}`, remedy: 'Move it into a test.' };
  return {
    rule: `${name} has no home`,
    remedy: 'Choose the one folder that imports it and add it to HOMES in tools/boundaries/rules.ts.',
  };
}

/**
 * Tests, what they share (conformance suites among it: `system-contract.ts`), and the configuration of their runner. What authors of
 * plugins test with is none: it must work with their runner.
 */
export function isTest(file: string): boolean {
  if (isIn(file, 'sdk/testing') && !file.endsWith('.test.ts')) return false;
  return /(\.test|-contract)\.ts$|(^|\/)(testing|fixtures|test|syntaxes)\/|^e2e\/|^[^/]+\.config\.ts$/.test(file);
}

function areaOf(file: string): Area {
  return AREAS.find(({ folder }) => isIn(file, folder)) as Area;
}

function isIn(file: string, folder: string): boolean {
  return folder === '' || file === folder || file.startsWith(`${folder}/`);
}

function splitPackage(specifier: string): [name: string, rest: string] {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  return [parts.slice(0, length).join('/'), parts.slice(length).join('/')];
}

function remedyFor(from: Area, to: Area): string {
  if (from.folder === 'sdk') return 'Move what is needed into the SDK, or take it as a parameter.';
  if (to.folder.startsWith('kernel/')) return 'Put what both sides need into sdk/protocol, or pass it in.';
  return `It may import ${from.may.join(', ') || 'nothing of ours'}.`;
}
