import { createTestKernel } from '../create-test-kernel.ts';
import type { TestApp } from '../test-app.ts';
import type { TestKernel } from '../test-kernel.ts';
import { exampleOf, NoExampleError, type Schema } from './example.ts';
import type { ConformanceOptions } from './options.ts';

/** What one case has: a kernel of its own, and how to make the app that it is about. */
export interface Bench {
  readonly kernel: TestKernel;
  readonly type: AppTypeView;
  readonly spec: Readonly<Record<string, unknown>>;
  create(): Promise<TestApp>;
}

interface AppTypeView {
  readonly id: string;
  readonly specVersion: number;
  readonly spec: Schema;
  readonly files?: unknown;
}

/** Makes a kernel for one case and ends it. */
export async function withBench(
  options: ConformanceOptions,
  type: string,
  run: (bench: Bench) => Promise<void>,
): Promise<void> {
  const kernel = await createTestKernel(options);
  try {
    const view = (await kernel.http.inject({ url: `/v1/app-types/${type}` })).body as AppTypeView;
    const spec = options.specs?.[type] ?? smallestSpec(view);
    await run({ kernel, type: view, spec, create: () => kernel.apps.create(type, spec) });
  } finally {
    await kernel.close();
  }
}

function smallestSpec({ id, spec }: AppTypeView): Readonly<Record<string, unknown>> {
  try {
    return exampleOf(spec) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (!(error instanceof NoExampleError)) throw error;
    throw new Error(`${error.message} Give the field an example, or the test a spec: specs: { '${id}': { … } }.`);
  }
}

export async function isMade({ kernel, create }: Bench): Promise<void> {
  const app = await create();
  const changes = await app.plan();
  if (changes.length > 0) fail(`The plan of what was just made is not empty: ${JSON.stringify(changes)}`);
  await kernel.node.crash();
  const drift = await kernel.node.check();
  if (drift.length > 0) fail(`A check of the node finds something to do: ${JSON.stringify(drift)}`);
}

export async function survivesSuspension({ kernel, create }: Bench): Promise<void> {
  const app = await create();
  const before = kernel.node.snapshot();
  await app.suspend();
  await app.resume();
  expectSame(before, kernel.node.snapshot(), 'After suspension and resumption the node is not as it was');
}

export async function takesFiles({ kernel, type, create }: Bench): Promise<void> {
  if (!type.files) return;
  const app = await create();
  await app.deploy({ 'index.html': 'first' });
  const before = filesOf(kernel, app);
  await app.deploy({ 'index.html': 'second', 'more/a.txt': 'more' });
  await app.rollback();
  const holds = (content: string) => filesOf(kernel, app).includes(content);
  if (!before.includes('first') || !holds('first')) fail('What was deployed is not on the node.');
}

export async function leavesNothing({ kernel, create }: Bench): Promise<void> {
  const before = kernel.node.snapshot();
  const app = await create();
  const made = kernel.node.snapshot();
  const hasData = app.resources.some(({ resource }) => resource.type === 'dataset');
  const comparable = (snapshot: string) => withoutTrash(hasData ? snapshot : withoutNumbers(snapshot));
  await app.remove();
  const left = kernel.node.files(app.home).concat(kernel.node.find(app.home) ? [app.home] : []);
  if (left.length > 0) fail(`Of a removed app this is left: ${left.join(', ')}`);
  await app.restore();
  expectSame(
    comparable(made),
    comparable(kernel.node.snapshot()),
    'After removal and restoration the node is not as it was',
  );
  await app.remove();
  await app.purge();
  expectSame(before, kernel.node.snapshot(), 'A purged app leaves something behind');
}

/** The agent dies at each step of what it does, one after the other, and the next agent makes it good. */
export async function survivesCrashes({ kernel, spec, type }: Bench): Promise<void> {
  const before = kernel.node.snapshot();
  const once = async (after: number): Promise<boolean> => {
    const crashes = kernel.node.crashes;
    await kernel.node.crash({ after });
    const app = await kernel.apps.create(type.id, spec);
    await kernel.node.crash({ after });
    await app.remove();
    await kernel.node.crash({ after });
    await app.purge();
    expectSame(before, kernel.node.snapshot(), `After crashes at step ${after} an app leaves something behind`);
    return kernel.node.crashes > crashes;
  };
  for (let after = 1; await once(after); after++);
}

/** The spec of every older version can be brought to the current one, and the app goes on. */
export async function acceptsOldSpecs({ kernel, type }: Bench, { oldSpecs }: ConformanceOptions): Promise<void> {
  for (let specVersion = 1; specVersion < type.specVersion; specVersion++) {
    const spec = oldSpecs?.[type.id]?.[specVersion];
    if (!spec)
      fail(`Give the test a spec of version ${specVersion}: oldSpecs: { '${type.id}': { ${specVersion}: { … } } }.`);
    await kernel.apps.create(type.id, spec, { specVersion });
  }
}

function filesOf(kernel: TestKernel, app: TestApp): string[] {
  return kernel.node.files(app.home).map((path) => kernel.node.find(path)?.content ?? '');
}

/** What programs left behind is kept until an app is purged. */
function withoutTrash(snapshot: string): string {
  return snapshot
    .split('\n')
    .filter((line) => !line.includes('/agent/trash/'))
    .join('\n');
}

/** A user who comes back to no data may have another number; those of apps have six digits. */
function withoutNumbers(snapshot: string): string {
  return snapshot.replace(/\b[2-4]\d{5}\b/g, 'number');
}

export function expectSame(before: string, after: string, message: string): void {
  if (before === after) return;
  const [was, is] = [new Set(before.split('\n')), new Set(after.split('\n'))];
  const lines = [
    ...[...was].filter((line) => !is.has(line)).map((line) => `- ${line.trim()}`),
    ...[...is].filter((line) => !was.has(line)).map((line) => `+ ${line.trim()}`),
  ];
  fail(`${message}:\n${lines.slice(0, 40).join('\n')}`);
}

function fail(message: string): never {
  throw new Error(message);
}
