import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Cron } from 'croner';
import { describe, expect, it } from 'vitest';
import { calendarOf } from './calendar.ts';

describe('a schedule of cron as calendar events of systemd', () => {
  const cases: [string, string[]][] = [
    ['* * * * *', ['*-*-* *:*:00']],
    ['0 3 * * *', ['*-*-* 3:0:00']],
    ['*/15 * * * *', ['*-*-* *:0,15,30,45:00']],
    ['5,10-12 0-23/6 1 1,JUN *', ['*-1,6-1 0,6,12,18:5,10,11,12:00']],
    ['0 0 * * 1-5', ['Mon,Tue,Wed,Thu,Fri *-*-* 0:0:00']],
    ['0 0 * * 7', ['Sun *-*-* 0:0:00']],
    ['0 0 * * sun,SAT', ['Sun,Sat *-*-* 0:0:00']],
    ['0 0 13 * 5', ['*-*-13 0:0:00', 'Fri *-*-* 0:0:00']],
    ['30 4 1,15 * */2', ['Sun,Tue,Thu,Sat *-*-1,15 4:30:00']],
  ];

  it.each(cases)('%s', (schedule, events) => {
    expect(calendarOf(schedule)).toEqual(events);
  });

  it.skipIf(!existsSync('/usr/bin/systemd-analyze')).each(cases.filter(([schedule]) => !schedule.includes('*/2')))(
    '%s means the same times to systemd',
    (schedule, events) => {
      const from = '2030-01-01 00:00:30';
      const args = ['calendar', '--iterations=40', `--base-time=${from} UTC`, ...events];
      const text = execFileSync('systemd-analyze', args, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
      const theirs = [...text.matchAll(/(?:Next elapse|Iter\. #\d+): \w+ (\S+ \S+) UTC/g)].map(([, time]) =>
        Date.parse(`${time}Z`),
      );
      const count = events.length > 1 ? 8 : 40;
      const first = [...new Set(theirs)].sort((a, b) => a - b).slice(0, count);
      const ours = new Cron(schedule, { paused: true, timezone: 'UTC' }).nextRuns(count, new Date(`${from}Z`));
      expect(first).toEqual(ours.map((time) => time.getTime()));
    },
  );
});
