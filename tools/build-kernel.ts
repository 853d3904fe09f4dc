import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';

/**
 * Builds the package that the harness of the SDK loads into kernel/dist: what `@freehold/kernel/testing` needs, as JavaScript,
 * because Node runs no TypeScript below node_modules. The repository itself runs the sources, so nothing here needs it.
 */

const root = join(import.meta.dirname, '..');
const kernel = join(root, 'kernel');
const dist = process.argv[2] ?? join(kernel, 'dist');

rmSync(dist, { recursive: true, force: true });
for (const file of globSync('{testing,server,agent,postgres}/**/*.ts', { cwd: kernel }))
  if (!/\.test\.ts$|\/fixtures\/|^(?:server|agent)\/testing\//.test(file)) build(file);
for (const file of globSync('server/**/*.hbs', { cwd: kernel })) copy(file);
writePackage();
copyFileSync(join(root, 'LICENSE'), join(dist, 'LICENSE'));
process.stdout.write(`${dist}\n`);

function build(file: string): void {
  const path = join(dist, file.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, nameJavaScript(stripTypeScriptTypes(readFileSync(join(kernel, file), 'utf8'))));
}

function copy(file: string): void {
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  copyFileSync(join(kernel, file), join(dist, file));
}

/** Relative imports name the file that was built. */
function nameJavaScript(source: string): string {
  const { module } = parseSync('module.js', source);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest ?? [])),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      start,
      end,
      value: source.slice(start + 1, end - 1),
    })),
  ];
  const ends = new Set(requests.filter(({ value }) => /^\..*\.ts$/.test(value)).map(({ end }) => end - 1));
  return [...ends]
    .sort((a, b) => b - a)
    .reduce((text, end) => `${text.slice(0, end - 3)}.js${text.slice(end)}`, source);
}

function writePackage(): void {
  const { name, version, description, license, dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(kernel, 'package.json'), 'utf8'),
  );
  const contents = {
    ...{ name, version, description, license, type: 'module' },
    exports: { './testing': './testing/index.js' },
    ...{ dependencies, optionalDependencies },
  };
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(contents, null, 2)}\n`);
}
