import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run bench` runs every benchmark, `npm run bench -- provision` the one with that name. Each prints what it measured beside a floor
 * that was measured in the same run, because two machines, or one machine at two times, cannot be compared by milliseconds.
 */
export interface Benchmark {
  readonly title: string;
  run(): Promise<readonly Figure[]>;
}

export interface Figure {
  readonly name: string;
  /** Default: ms. */
  readonly unit?: 'ms' | 'requests/s' | 'MB';
  /** That those after it are compared with. Default: the first figure is. */
  readonly isFloor?: boolean;
  /** One of each round. */
  readonly samples: readonly number[];
}

const names = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.bench.ts'))
  .map(({ name }) => name.replace('.bench.ts', ''));

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no benchmark ${unknown.join(', ')}. There are: ${names.join(', ')}.\n`);
  process.exit(2);
}
for (const name of names) if (wanted.length === 0 || wanted.includes(name)) await runBenchmark(name);

async function runBenchmark(name: string): Promise<void> {
  const { default: benchmark }: { default: Benchmark } = await import(join(import.meta.dirname, `${name}.bench.ts`));
  process.stdout.write(`\n${benchmark.title}\n`);
  const figures = await benchmark.run();
  for (const figure of figures) printFigure(figure, floorOf(figure, figures));
}

/** The first figure in a unit is the floor that the others in it are compared with; after each floor of its own, with that. */
function floorOf(figure: Figure, figures: readonly Figure[]): Figure | undefined {
  const before = figures.slice(0, figures.indexOf(figure)).filter(({ unit }) => unit === figure.unit);
  return figure.isFloor ? undefined : (before.findLast(({ isFloor }) => isFloor) ?? before[0]);
}

function printFigure({ name, samples, unit = 'ms' }: Figure, floor?: Figure): void {
  const [half, most] = [quantile(samples, 0.5), quantile(samples, 0.9)];
  const ratio = floor ? `   ${(half / quantile(floor.samples, 0.5)).toFixed(2)} × the floor` : '   the floor';
  const figures = `median ${half.toFixed(0).padStart(5)} ${unit}   90 % within ${most.toFixed(0).padStart(5)} ${unit}`;
  process.stdout.write(`  ${name.padEnd(52)} ${figures}${ratio}   (${samples.length} rounds)\n`);
}

function quantile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
