// usage: node scripts/complete-lock.mjs [--check] [folder]
//
// Run it after `npm install` when `npm ci` says "Missing: … from lock file". npm leaves the optional packages of other
// platforms out of package-lock.json when it writes it with some of them installed (npm/cli#4828) or when the registry
// does not carry them, and then refuses that very file. This adds an entry for each, with the version its parent
// names exactly and the platform its name tells, so that npm skips it everywhere else. With --check it only lists them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const parameters = process.argv.slice(2);
const onlyCheck = parameters.includes('--check');
const file = join(resolve(parameters.find((parameter) => parameter !== '--check') ?? '.'), 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = findMissing(lock.packages);

for (const { name, version } of missing)
  process.stdout.write(`${onlyCheck ? 'missing' : 'added'} ${name} ${version}\n`);
if (onlyCheck) process.exit(missing.length > 0 ? 1 : 0);
for (const { name, version, dev } of missing)
  lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true };
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
if (missing.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);

function findMissing(packages) {
  const found = new Map();
  for (const [path, entry] of Object.entries(packages))
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {}))
      if (/^\d/.test(version) && platformOf(name) && !isResolved(packages, path, name))
        found.set(name, { name, version, dev: entry.dev });
  return [...found.values()];
}

/** As Node looks for it: in the node_modules of the package's folder, then of each folder above. */
function isResolved(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (packages[`${folder}${folder ? '/' : ''}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

/** `@biomejs/cli-linux-x64-musl` → linux, x64, musl; undefined when the name tells no platform. */
function platformOf(name) {
  const words = name.split('/').at(-1).split(/[-.]/);
  const os = words.find((word) =>
    ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'].includes(
      word,
    ),
  );
  const cpu = words.find((word) =>
    ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'].includes(word),
  );
  if (!os || !cpu) return undefined;
  const libc =
    os === 'linux'
      ? words
          .find((word) => /^(musl|gnu)/.test(word))
          ?.replace(/^gnu.*/, 'glibc')
          .replace(/^musl.*/, 'musl')
      : undefined;
  return { cpu: [cpu], ...(libc ? { libc: [libc] } : {}), os: [os] };
}
