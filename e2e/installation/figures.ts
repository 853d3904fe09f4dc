/** Prints a figure worth knowing, without the frame that the test runner puts around what tests print. */
export function figure(what: string, value: number | string, unit = 'ms'): void {
  process.stdout.write(`  · ${what}: ${value}${typeof value === 'number' ? ` ${unit}` : ''}\n`);
}

/** Does something, and gives how many milliseconds it took. */
export async function timed<Result>(work: () => Promise<Result>): Promise<[result: Result, milliseconds: number]> {
  const startedAt = performance.now();
  return [await work(), Math.round(performance.now() - startedAt)];
}
