import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildPanel } from './panel.ts';

let checkout: string;
const never = new AbortController().signal;

/** A build that notes each run, and fails when another one is under way. */
const BUILD = `import { mkdirSync, appendFileSync, rmdirSync } from 'node:fs';
mkdirSync('dist', { recursive: true });
mkdirSync('under-way');
appendFileSync('../runs', 'built ');
setTimeout(() => rmdirSync('under-way'), 100);`;

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'freehold-'));
  for (const folder of ['ui-shell', 'node_modules']) await mkdir(join(checkout, folder));
  await writeFile(join(checkout, 'package-lock.json'), '{}');
  await writeFile(join(checkout, 'ui-shell/build.mjs'), BUILD);
  await writeFile(join(checkout, 'ui-shell/package.json'), JSON.stringify({ scripts: { build: 'node build.mjs' } }));
});
afterEach(() => rm(checkout, { recursive: true }));

async function build(): Promise<string> {
  let told = 'built';
  const tell = (text = '') => {
    told = text;
  };
  await buildPanel(checkout, { update: () => {}, result: tell, skip: tell }, never);
  return told;
}

const runs = () => readFile(join(checkout, 'runs'), 'utf8');

test('it is built once, and again when a source has changed', async () => {
  expect([await build(), await build(), await runs()]).toEqual(['built', 'up to date', 'built ']);
  await writeFile(join(checkout, 'ui-shell/new.ts'), '');
  expect([await build(), await runs()]).toEqual(['built', 'built built ']);
});

test('of two installations that start at once one builds, and the other waits for it', async () => {
  expect([await Promise.all([build(), build()]), await runs()]).toEqual([['built', 'built'], 'built ']);
});

test('a build that fails says what it said', async () => {
  await writeFile(join(checkout, 'ui-shell/build.mjs'), 'console.error("No such icon."); process.exit(1);');
  await expect(build()).rejects.toThrow('No such icon.');
  await writeFile(join(checkout, 'ui-shell/build.mjs'), BUILD);
  expect(await build()).toBe('built');
});
