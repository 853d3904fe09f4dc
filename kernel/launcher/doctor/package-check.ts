import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { NodeInput, Plugin, SecretSource } from '@freehold/sdk';
import { Value } from 'typebox/value';
import { WEB_SERVER_PLUGIN } from '../node-role.ts';
import { findProgram } from './find-program.ts';
import { about, type Check, type Patient } from './finding.ts';

/** The packages of the plugin that every installation enables: as root the agent installs them, otherwise somebody must. */
export const checkPackages: Check = async (patient) => {
  const check = about('packages', 'Debian packages');
  if (!findProgram('dpkg-query')) return check.skipped('this is no Debian: install nginx and php-fpm in its own way');
  // No plugin code runs as root.
  if (patient.root) return check.ok('the agent installs what enabled plugins need, with apt-get');
  const wanted = await listPackages(patient).catch(() => undefined);
  if (!wanted) return check.skipped(`plugin ${WEB_SERVER_PLUGIN} could not say what it needs; see freehold plugins`);
  const missing = (await Promise.all(wanted.map(async (name) => ((await isInstalled(name)) ? [] : [name])))).flat();
  if (missing.length === 0) return check.ok(`all ${wanted.length} that websites need`);
  return check.failed(
    `Websites need ${missing.join(', ')}.`,
    `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`,
  );
};

/** Asks the plugin as the server would: its role is a pure function. */
async function listPackages({ settings }: Patient): Promise<string[]> {
  const path = join(settings.checkout, 'plugins', WEB_SERVER_PLUGIN, 'index.ts');
  if (!existsSync(path)) return [];
  const plugin: Plugin = (await import(pathToFileURL(path).href)).default;
  const config = plugin.config ? Value.Create(plugin.config) : {};
  const secret: SecretSource = () => '';
  const resources = plugin.role?.({ node: describeNode(settings.home.node), config, observed: {}, secret }) ?? [];
  return resources.filter(({ type }) => type === 'package').map(({ spec }) => (spec as { name: string }).name);
}

function describeNode(folder: string): NodeInput {
  const at = (name: string) => join(folder, name);
  return {
    id: 'doctor',
    name: hostname(),
    privileged: false,
    user: 'nobody',
    paths: { sites: at('sites'), config: at('config'), run: at('run'), logs: at('logs'), state: at('state') },
    ports: { http: 8080, https: 8443 },
    os: { id: 'debian', version: '12', arch: process.arch },
    cpus: 1,
    memoryBytes: 1024 ** 3,
    ipv6: false,
  };
}

async function isInstalled(name: string): Promise<boolean> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is dpkg's.
  return promisify(execFile)('dpkg-query', ['-W', '-f', '${db:Status-Status}', name]).then(
    ({ stdout }) => stdout === 'installed',
    () => false,
  );
}
