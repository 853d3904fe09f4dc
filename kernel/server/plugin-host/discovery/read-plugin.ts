import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MANIFEST_FORMAT, Manifest } from '@freehold/sdk';
import semver from 'semver';
import { compileSchema } from '../../schema/compile-schema.ts';
import { quoteValue } from '../../schema/short-value.ts';
import { reasonOf } from '../boundary/plugin-error.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';
import { digestPlugin } from './digest-code.ts';
import { findEntry } from './find-entry.ts';
import type { FoundPlugin } from './found-plugin.ts';

/** Reads and checks a plugin's `package.json`. Runs none of its code. */
export async function readPlugin(folder: string): Promise<FoundPlugin> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch((error: Error) => error);
  if (text instanceof Error) return unreadable(folder, `The package.json cannot be read: ${text.message}.`);
  const contents = parse(text);
  if (contents instanceof Error) return unreadable(folder, `The package.json is no JSON: ${contents.message}.`);
  if (!isRecord(contents)) return unreadable(folder, 'The package.json holds no object.');

  const { problems: versionProblems, version } = checkVersion(contents.version);
  const { problems: manifestProblems, manifest } = checkManifest(contents.freehold);
  const { problems: entryProblems, entry } = await findEntry(folder, contents);
  return {
    ...nameOf(folder, contents.freehold),
    version,
    folder,
    digest: digestPlugin(folder),
    ...(manifest && versionProblems.length === 0 ? { manifest } : {}),
    ...(entry === undefined ? {} : { entry }),
    problems: [...manifestProblems, ...versionProblems, ...entryProblems],
  };
}

function unreadable(folder: string, message: string): FoundPlugin {
  const id = basename(folder);
  const problems = [pluginProblem('manifest-unreadable', message)];
  return { id, displayName: id, version: '', folder, digest: '', problems };
}

function checkVersion(version: unknown): { version: string; problems: PluginProblem[] } {
  if (typeof version === 'string' && semver.valid(version) === version) return { version, problems: [] };
  const message = version === undefined ? 'The package has no version.' : `${quoteValue(version)} is no version.`;
  return { version: '', problems: [pluginProblem('version-invalid', message)] };
}

function checkManifest(block: unknown): { manifest?: Manifest; problems: PluginProblem[] } {
  if (block === undefined)
    return { problems: [pluginProblem('manifest-missing', 'The package.json has no "freehold" block.')] };
  const format = isRecord(block) ? block.manifest : undefined;
  if (typeof format === 'number' && format !== MANIFEST_FORMAT) return { problems: [unknownFormat(format)] };
  const { value, problems } = manifestSchema.validate(block);
  if (problems.length === 0) return { manifest: value as Manifest, problems: [] };
  return {
    problems: problems.map(({ pointer, message, remedy }) =>
      pluginProblem('manifest-invalid', `freehold${pointer}: ${message}`, remedy),
    ),
  };
}

const manifestSchema = compileSchema(Manifest);

function unknownFormat(format: number): PluginProblem {
  const remedy =
    format > MANIFEST_FORMAT
      ? 'Use a newer kernel, or an older version of the plugin.'
      : 'Use a newer version of the plugin.';
  const message = `Its manifest has format ${format}; this kernel reads format ${MANIFEST_FORMAT}.`;
  return pluginProblem('manifest-format-unknown', message, remedy);
}

/** What can be shown of it even when its manifest is not valid. */
function nameOf(folder: string, block: unknown): Pick<FoundPlugin, 'id' | 'displayName' | 'description'> {
  const { id, displayName, description } = isRecord(block) ? block : {};
  const shownId = typeof id === 'string' && /^[a-z0-9-]{1,40}$/.test(id) ? id : basename(folder);
  return {
    id: shownId,
    displayName: typeof displayName === 'string' && displayName !== '' ? displayName.slice(0, 60) : shownId,
    ...(typeof description === 'string' ? { description: description.slice(0, 300) } : {}),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return new Error(reasonOf(error));
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
