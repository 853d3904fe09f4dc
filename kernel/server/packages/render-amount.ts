const STEPS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** An amount for people: `5 apps`, `1.5 GB`. Powers of 1000, as in what hosters sell. */
export function renderAmount(amount: number, unit: string): string {
  if (unit !== 'bytes') return `${amount} ${unit}`.trim();
  let [value, step] = [amount, 0];
  while (value >= 1000 && step < STEPS.length - 1) [value, step] = [value / 1000, step + 1];
  return `${Number(value.toFixed(value < 10 && step > 0 ? 1 : 0))} ${STEPS[step]}`;
}
