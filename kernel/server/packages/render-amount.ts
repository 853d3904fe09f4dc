const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** An amount for people: `5 apps`, `1.5 GB`. Powers of 1024 under the names people use, as on the command line. */
export function renderAmount(amount: number, unit: string): string {
  if (unit !== 'bytes') return `${amount} ${unit}`.trim();
  let [value, step] = [amount, 0];
  for (; value >= 1000 && step < UNITS.length - 1; step++) value /= 1024;
  return `${step === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${UNITS[step]}`;
}
