// usage: node installed-exactly.mjs <folder>; exit code 0 when what npm wrote into node_modules is what package-lock.json names.
//
// Saves people who run `npm install` themselves from a second, full installation at the next `npm start`. Any version of
// Node can run it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const wanted = loadPackages('package-lock.json');
const installed = loadPackages('node_modules/.package-lock.json');
const exact = Object.entries(wanted).every(
  ([path, entry]) => path === '' || !path.includes('node_modules') || matches(path, entry),
);
process.exit(exact ? 0 : 1);

function loadPackages(file) {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')).packages;
}

function matches(path, entry) {
  const found = installed[path];
  if (found === undefined) return entry.optional === true && !isMadeForThisMachine(entry);
  const same = found.version === entry.version && found.integrity === entry.integrity && found.link === entry.link;
  return same && existsSync(join(folder, path));
}

function isMadeForThisMachine({ os = [], cpu = [], libc = ['glibc'] }) {
  return os.includes(process.platform) && cpu.includes(process.arch) && libc.includes('glibc');
}
