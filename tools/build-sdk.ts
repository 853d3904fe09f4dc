import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';

/**
 * Builds the package that plugin authors install into sdk/dist: JavaScript, declarations, package.json, licence. The
 * repository itself runs the sources, so nothing here needs it.
 */

const root = join(import.meta.dirname, '..');
const sdk = join(root, 'sdk');
const dist = process.argv[2] ?? join(sdk, 'dist');

rmSync(dist, { recursive: true, force: true });
compile();
for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }))
  if (file.endsWith('.d.ts')) nameJavaScript(join(dist, file));
writePackage();
copyFileSync(join(sdk, 'LICENSE'), join(dist, 'LICENSE'));
process.stdout.write(`${dist}\n`);

function compile(): void {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const { status } = spawnSync(tsc, ['--project', join(sdk, 'tsconfig.build.json'), '--outDir', dist], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** The compiler names `./x.js` in JavaScript and leaves `./x.ts` in declarations, which only some tools understand. */
function nameJavaScript(path: string): void {
  const source = readFileSync(path, 'utf8');
  const { module } = parseSync(path, source);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest ?? [])),
  ];
  const ends = new Set(requests.filter(({ value }) => /^\..*\.ts$/.test(value)).map(({ end }) => end - 1));
  writeFileSync(
    path,
    [...ends].sort((a, b) => b - a).reduce((text, end) => `${text.slice(0, end - 3)}.js${text.slice(end)}`, source),
  );
}

function writePackage(): void {
  const { name, version, description, license, dependencies, exports } = JSON.parse(
    readFileSync(join(sdk, 'package.json'), 'utf8'),
  );
  const built = new Set(readdirSync(dist, { recursive: true, encoding: 'utf8' }));
  const entries = Object.entries<string>(exports).map(
    ([entry, source]) => [entry, source.replace(/\.ts$/, '')] as const,
  );
  const present = entries.filter(([, base]) => built.has(`${base.slice(2)}.js`));
  const contents = {
    ...{ name, version, description, license },
    type: 'module',
    exports: Object.fromEntries(
      present.map(([entry, base]) => [entry, { types: `${base}.d.ts`, default: `${base}.js` }]),
    ),
    dependencies,
  };
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(contents, null, 2)}\n`);
}
