/** A schedule of five cron fields as calendar events of systemd.time(7). Several events mean any of them. */
export function calendarOf(schedule: string): string[] {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = schedule.split(' ');
  const at = (days: string) => `*-${list(month, MONTH)}-${days} ${list(hour, HOUR)}:${list(minute, MINUTE)}:00`;
  const days = list(day, DAY);
  if (weekday === '*') return [at(days)];
  const names = list(weekday, WEEKDAY)
    .split(',')
    .map((number) => NAMES_OF_DAYS[Number(number)]);
  const on = (event: string) => `${names.join(',')} ${event}`;
  // crontab(5): when both are restricted and neither starts with an asterisk, one of them is enough.
  const either = !day.startsWith('*') && !weekday.startsWith('*');
  return either ? [at(days), on(at('*'))] : [on(at(days))];
}

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const NAMES_OF_DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const NAMES_OF_MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const MINUTE: Field = { least: 0, most: 59 };
const HOUR: Field = { least: 0, most: 23 };
const DAY: Field = { least: 1, most: 31 };
const MONTH: Field = { least: 1, most: 12, names: NAMES_OF_MONTHS };
const WEEKDAY: Field = { least: 0, most: 7, names: NAMES_OF_DAYS.map((name) => name.toUpperCase()) };

/** Every number that a field stands for, so that nothing depends on how the two syntaxes write ranges and steps. */
function list(text: string, field: Field): string {
  if (text === '*') return '*';
  const numbers = new Set(text.split(',').flatMap((part) => expand(part, field)));
  if (field === WEEKDAY && numbers.delete(7)) numbers.add(0);
  return [...numbers].sort((a, b) => a - b).join(',');
}

function expand(part: string, field: Field): number[] {
  const [range = '', step] = part.split('/');
  const [first = '', last] = range.split('-');
  const from = first === '*' ? field.least : numberOf(first, field);
  const to = last !== undefined ? numberOf(last, field) : first === '*' || step !== undefined ? field.most : from;
  const numbers: number[] = [];
  for (let number = from; number <= to; number += Math.max(1, Number(step ?? 1))) numbers.push(number);
  return numbers;
}

function numberOf(word: string, { names = [], least }: Field): number {
  const index = names.indexOf(word.toUpperCase().slice(0, 3));
  return index < 0 ? Number(word) : index + least;
}
