import type { Settings } from './setting.schema.ts';

/** What is wrong with settings that are each right by themselves, to follow "With this change". */
export function findMisfit(settings: Settings): string | undefined {
  const { accessTokenSeconds, refreshTokenSeconds, sessionFamilySeconds, mail, timeZone, publicUrl } = settings;
  if (accessTokenSeconds >= refreshTokenSeconds)
    return `an access token (${accessTokenSeconds} s) would not end before the refresh token (${refreshTokenSeconds} s)`;
  if (refreshTokenSeconds > sessionFamilySeconds)
    return `a refresh token (${refreshTokenSeconds} s) would outlive its session (${sessionFamilySeconds} s)`;
  if (mail.host !== null && mail.from === null)
    return 'mails would go to a mail server without an address that they come from: mail.from is not set';
  if (!isTimeZone(timeZone)) return `the time zone would be ${timeZone}, which nobody knows`;
  if (publicUrl !== null && !URL.canParse(publicUrl)) return `the public address would be ${publicUrl}, which is none`;
  return undefined;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
