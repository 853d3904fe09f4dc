import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkImport, type PluginPackages } from './boundaries/check-import.ts';
import { findImports } from './boundaries/find-imports.ts';

/** Checks who imports whom in the whole repository: see boundaries/rules.ts. */

const root = join(import.meta.dirname, '..');
const NOT_OURS = ['node_modules', 'dist', '.git', 'toolchain', 'template', 'examples'];

const plugins = findPluginPackages();
const files = findSources('');
const problems = files.flatMap(checkFile);
for (const problem of problems) process.stderr.write(`${problem}\n\n`);
process.stdout.write(`boundaries: ${files.length} files, ${problems.length} imports that are not allowed\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

function checkFile(file: string): string[] {
  return findImports(file, readFileSync(join(root, file), 'utf8')).flatMap(({ specifier, line }) => {
    const violation = checkImport(file, specifier, plugins);
    return violation
      ? [`${file}:${line} imports ${specifier}\n  rule: ${violation.rule}\n  do:   ${violation.remedy}`]
      : [];
  });
}

function findSources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : findSources(path);
    return /\.[cm]?[jt]s$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

function findPluginPackages(): PluginPackages {
  const names = readdirSync(join(root, 'plugins'));
  return new Map(
    names.map((name) => [
      JSON.parse(readFileSync(join(root, 'plugins', name, 'package.json'), 'utf8')).name,
      `plugins/${name}`,
    ]),
  );
}
