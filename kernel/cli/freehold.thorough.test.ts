import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, realpathSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

/** `scripts/with-node.sh` and the command `freehold` that calls it, in a small checkout of their own, with the real npm. */

const REPOSITORY = join(import.meta.dirname, '../..');
const ARCH = process.arch === 'arm64' ? 'arm64' : 'x64';
const TOOLS =
  'sh cat dirname uname sha256sum mkdir mktemp date rm grep head sed awk df id stat flock readlink env sleep true'.split(
    ' ',
  );

let [template, folder, checkout, bin] = ['', '', '', ''];

/** Lock files are npm's work and take a second: made once. */
beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'freehold-'));
  [checkout, bin] = [join(template, 'a checkout'), join(template, 'bin')];
  await cp(join(REPOSITORY, 'scripts'), join(checkout, 'scripts'), { recursive: true });
  await mkdir(join(checkout, 'kernel/cli'), { recursive: true });
  await cp(join(REPOSITORY, 'kernel/cli/freehold'), join(checkout, 'kernel/cli/freehold'));
  await writeFile(join(checkout, 'kernel/cli/main.ts'), 'console.log("freehold", ...process.argv.slice(2))');
  // Packages in folders stand for those of the registry: npm installs them in the same way, without a network.
  await givePackage('', 'thing', { 'index.js': '' });
  await givePackage('toolchain', `node-linux-${ARCH}`, {
    'bin/node': `#!/bin/sh\n[ "$1" = --own ] && echo own || exec '${process.execPath}' "$@"\n`,
  });
  await Promise.all([lock(''), lock('toolchain')]);
  await mkdir(bin);
  for (const name of TOOLS) await symlink(findProgram(name), join(bin, name));
  await give('npm', `exec '${process.execPath}' '${realpathSync(findProgram('npm'))}' "$@"`);
}, 60_000);
afterAll(() => rm(template, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-'));
  [checkout, bin] = [join(folder, 'a checkout'), join(folder, 'bin')];
  await cp(template, folder, { recursive: true, verbatimSymlinks: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function givePackage(place: string, name: string, files: Record<string, string>): Promise<void> {
  const path = join(checkout, place, 'local', name);
  await mkdir(join(path, 'bin'), { recursive: true });
  await writeFile(join(path, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
  for (const [file, content] of Object.entries(files)) await writeFile(join(path, file), content, { mode: 0o755 });
  const manifest = { name: place || 'root', private: true, dependencies: { [name]: `file:./local/${name}` } };
  await writeFile(join(checkout, place, 'package.json'), JSON.stringify(manifest));
}

/** An optional package that wants a newer Node than the system's. As an archive: of a folder npm makes a link, unasked. */
async function givePickyPackage(): Promise<void> {
  const npm = realpathSync(findProgram('npm'));
  const source = join(folder, 'picky');
  await mkdir(source);
  await writeFile(
    join(source, 'package.json'),
    JSON.stringify({ name: 'picky', version: '1.0.0', engines: { node: '>=22' } }),
  );
  await run(process.execPath, [npm, 'pack', source], { cwd: checkout, env: process.env });
  const manifest = { name: 'root', private: true, optionalDependencies: { picky: 'file:picky-1.0.0.tgz' } };
  await writeFile(join(checkout, 'package.json'), JSON.stringify(manifest));
  await lock('');
}

function lock(place: string): Promise<Outcome> {
  return run(
    process.execPath,
    [realpathSync(findProgram('npm')), 'install', '--package-lock-only', '--ignore-scripts'],
    {
      cwd: join(checkout, place),
      env: process.env,
    },
  );
}

/** Puts a program on the PATH. */
async function give(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

const systemNode = (version: string) =>
  give('node', `[ "$1" = --version ] && echo ${version} || exec '${process.execPath}' "$@"`);

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  /** Durations vary. */
  readonly stderr: string;
}

async function run(command: string, args: readonly string[], options: object): Promise<Outcome> {
  return outcome(spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
}

async function outcome(child: ChildProcess): Promise<Outcome> {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr: stderr.replace(/\d+ s$/gm, 'n s').replaceAll(checkout, 'CHECKOUT') };
}

const environment = () => ({ PATH: bin, HOME: folder, npm_config_fetch_retries: '0' });
const start = (...args: string[]) =>
  spawn(join(checkout, 'scripts/with-node.sh'), args, {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
const withNode = (...args: string[]) => outcome(start(...args));

test.each([
  ['too old', 'v18.20.4'],
  ['too old by a little', 'v24.6.0'],
  ['absent', undefined],
])('where the system’s Node is %s, Freehold’s own is brought, once', async (_case, version) => {
  if (version) await systemNode(version);
  const first = await withNode('node', '--own');
  expect(first).toEqual({
    code: 0,
    stdout: 'own\n',
    stderr: 'Fetching Node 24.21.0 … n s\nInstalling dependencies … n s\n',
  });
  expect(await withNode('node', '--own')).toEqual({ code: 0, stdout: 'own\n', stderr: '' });
});

test.each(['v24.7.0', 'v26.10.0'])('where the system’s Node is %s, it is taken', async (version) => {
  await systemNode(version);
  expect(await withNode('node', '--version')).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: 'Installing dependencies … n s\n',
  });
  expect(await withNode('node', '--version')).toMatchObject({ stdout: `${version}\n`, stderr: '' });
});

test('optional packages are chosen for the Node that runs them, and not for the old one that npm runs with', async () => {
  await givePickyPackage();
  await systemNode('v18.20.4');
  const old = join(folder, 'old.cjs');
  await writeFile(old, 'Object.defineProperty(process, "version", { value: "v18.20.4", configurable: true });');
  const npm = `'${process.execPath}' '${realpathSync(findProgram('npm'))}'`;
  await give('npm', `NODE_OPTIONS="--require=${old} $NODE_OPTIONS" exec ${npm} "$@"`);
  const { stdout } = await withNode('cat', join(checkout, 'node_modules/picky/package.json'));
  expect(JSON.parse(stdout)).toMatchObject({ version: '1.0.0' });
});

test('calls at the same time install once, and all of them run', async () => {
  await systemNode('v24.21.0');
  const outcomes = await Promise.all([1, 2, 3].map((number) => withNode('sh', '-c', `echo ${number}`)));
  expect(outcomes.map(({ code, stdout }) => [code, stdout])).toEqual([
    [0, '1\n'],
    [0, '2\n'],
    [0, '3\n'],
  ]);
  expect(
    outcomes
      .map(({ stderr }) => stderr)
      .join('')
      .match(/Installing/g),
  ).toHaveLength(1);
});

test('an installation that was killed is done again at once', async () => {
  await systemNode('v24.21.0');
  await give('npm', 'echo hanging; exec sleep 60');
  const killed = start('true');
  await once(killed.stderr, 'data');
  process.kill(-(killed.pid as number), 'SIGKILL');
  await give('npm', `exec '${process.execPath}' '${realpathSync(findProgram('npm'))}' "$@"`);
  expect(await withNode('true')).toEqual({ code: 0, stdout: '', stderr: 'Installing dependencies … n s\n' });
});

test('a new lock file is installed; what npm install brought already is not brought again', async () => {
  await systemNode('v24.21.0');
  await withNode('true');
  await givePackage('', 'other', {});
  await lock('');
  expect((await withNode('true')).stderr).toBe('Installing dependencies … n s\n');
  await givePackage('', 'third', {});
  await run('npm', ['install', '--ignore-scripts'], { cwd: checkout, env: process.env });
  expect((await withNode('true')).stderr).toBe('');
});

test('the command’s words, arguments and exit code are its own', async () => {
  await systemNode('v24.21.0');
  await withNode('true');
  expect(await withNode('sh', '-c', 'echo "$1"; echo bad >&2; exit 7', '_', 'a  "b" $c')).toEqual({
    code: 7,
    stdout: 'a  "b" $c\n',
    stderr: 'bad\n',
  });
});

test('programs that were installed are called by their names', async () => {
  await systemNode('v24.21.0');
  await withNode('true');
  const program = join(checkout, 'node_modules/.bin/tool');
  await mkdir(join(program, '..'), { recursive: true });
  await writeFile(program, '#!/bin/sh\necho tool "$@"', { mode: 0o755 });
  expect(await withNode('tool', 'a b')).toEqual({ code: 0, stdout: 'tool a b\n', stderr: '' });
});

test('npx freehold works in a checkout where nothing was installed yet', async () => {
  await systemNode('v24.21.0');
  const { bin: programs } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8'));
  const manifest = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'));
  await writeFile(join(checkout, 'package.json'), JSON.stringify({ ...manifest, bin: programs }));
  await lock('');
  const npx = join(realpathSync(findProgram('npm')), '../npx-cli.js');
  const { stdout } = await run(process.execPath, [npx, 'freehold', 'doctor'], { cwd: checkout, env: environment() });
  expect(stdout).toBe('freehold doctor\n');
});

test('the command freehold finds its checkout through links', async () => {
  await systemNode('v24.21.0');
  await withNode('true');
  await symlink(join(checkout, 'kernel/cli/freehold'), join(folder, 'first'));
  await symlink('first', join(folder, 'freehold'));
  expect(await run(join(folder, 'freehold'), ['app', 'a b'], { cwd: '/', env: environment() })).toEqual({
    code: 0,
    stdout: 'freehold app a b\n',
    stderr: '',
  });
});

test('without a command it says how it is used', async () => {
  expect(await withNode()).toEqual({
    code: 2,
    stdout: '',
    stderr: 'usage: scripts/with-node.sh <command> [arguments]\n',
  });
});

test('a missing npm is named with its remedy', async () => {
  await systemNode('v24.21.0');
  await rm(join(bin, 'npm'));
  expect(await withNode('true')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'freehold: npm is missing. Install it (Debian: apt-get install npm) and run the same command again.\n',
  });
});

test('a registry that cannot be reached is named', async () => {
  await systemNode('v24.21.0');
  const registry = 'http://127.0.0.1:9';
  const packages = { '': { dependencies: { far: '1.0.0' } }, 'node_modules/far': { version: '1.0.0' } };
  await writeFile(join(checkout, 'package.json'), JSON.stringify({ name: 'root', dependencies: { far: '1.0.0' } }));
  await writeFile(join(checkout, 'package-lock.json'), JSON.stringify({ name: 'root', lockfileVersion: 3, packages }));
  await writeFile(join(folder, '.npmrc'), `registry=${registry}/\n`);
  const { code, stderr } = await withNode('true');
  expect([code, stderr.split('\n').at(-2)]).toEqual([
    1,
    `freehold: ${registry}/ cannot be reached. Check the network, or the registry and proxy settings of npm (npm config list), and run the same command again.`,
  ]);
}, 20_000);

test('a lock file that does not fit is named', async () => {
  await systemNode('v24.21.0');
  await writeFile(join(checkout, 'package.json'), JSON.stringify({ name: 'root', dependencies: { far: '1.0.0' } }));
  await writeFile(join(folder, '.npmrc'), 'registry=http://127.0.0.1:9/\n');
  const { code, stderr } = await withNode('true');
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^freehold: .*(does not fit package\.json|cannot be reached)/m),
  ]);
}, 20_000);

test.runIf(process.getuid?.() === 0)('who may not write is told who may', async () => {
  await systemNode('v24.21.0');
  await chmod(folder, 0o755);
  const command = [
    '--reuid',
    '65534',
    '--regid',
    '65534',
    '--clear-groups',
    '--',
    join(checkout, 'scripts/with-node.sh'),
    'true',
  ];
  const { code, stderr } = await run(findProgram('setpriv'), command, { env: environment() });
  expect([code, stderr]).toEqual([
    1,
    'freehold: CHECKOUT needs its dependencies installed, and nobody may not write there. Run the same command once as its owner, root.\n',
  ]);
});

test('package-lock.json names the optional packages of every platform; if not: node scripts/complete-lock.mjs', async () => {
  const script = join(REPOSITORY, 'scripts/complete-lock.mjs');
  expect(await run(process.execPath, [script, '--check', REPOSITORY], {})).toEqual({ code: 0, stdout: '', stderr: '' });
});

function findProgram(name: string): string {
  const found = (process.env.PATH ?? '').split(':').map((place) => join(place, name));
  const path = found.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!path) throw new Error(`${name} is needed on PATH for this test.`);
  return path;
}
