import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestKernel } from '../create-test-kernel.ts';
import { findPluginFolders } from '../plugin-folders.ts';
import {
  acceptsOldSpecs,
  type Bench,
  isMade,
  leavesNothing,
  survivesCrashes,
  survivesSuspension,
  takesFiles,
  withBench,
} from './cases.ts';
import { withstandsTexts } from './hostile-texts.ts';
import type { ConformanceOptions, DefineTest } from './options.ts';

/** Milliseconds. Many lives of many apps; on a machine with other work. */
const PATIENCE = 120_000;

/**
 * Defines the tests that every plugin passes, with the `test` of the author's own runner:
 * `testPluginConformance(test, { plugins: [import.meta.url] })`. They are about the first of the plugins.
 */
export function testPluginConformance(test: DefineTest, options: ConformanceOptions): void {
  const define = (title: string, run: () => Promise<void>) => void test(title, run, PATIENCE);
  define('the plugin runs, and a node that is set up for it needs nothing more', async () => {
    const kernel = await createTestKernel({ ...options, allowProblems: false });
    const drift = await kernel.node.check().finally(() => kernel.close());
    if (drift.length > 0) throw new Error(`A check of the node finds something to do: ${JSON.stringify(drift)}`);
  });
  for (const type of readAppTypes(options))
    for (const [title, run] of CASES)
      define(`${type} ${title}`, () => withBench(options, type, (bench) => run(bench, options)));
}

const CASES: readonly (readonly [string, (bench: Bench, options: ConformanceOptions) => Promise<void>])[] = [
  ['is made, and nothing is left to do after that', isMade],
  ['is after a suspension as it was before', survivesSuspension],
  ['serves what is deployed, and goes back', takesFiles],
  ['leaves nothing behind, and comes back from the trash as it was', leavesNothing],
  ['is made and removed although the agent dies at every step', survivesCrashes],
  ['refuses hostile texts in every field, or is made with them', withstandsTexts],
  ['takes specs of every older version', acceptsOldSpecs],
];

/** From the manifest: a plugin that cannot be loaded fails in the first test, and says why. */
function readAppTypes({ plugins }: ConformanceOptions): readonly string[] {
  const [folder = ''] = findPluginFolders(plugins);
  const { freehold } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return freehold?.contributes?.appTypes ?? [];
}
