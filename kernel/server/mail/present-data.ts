import type { MailTemplate } from './mail-data.ts';
import { oneLine } from './one-line.ts';
import type { Language, Values } from './templates.ts';
import { findMeaning, frames } from './words.ts';

export interface Presentation {
  readonly template: MailTemplate;
  readonly data: object;
  readonly language: Language;
  readonly timeZone: string;
  /** Address of the panel, without a slash at the end. */
  readonly panel: string;
  readonly brand: { readonly name: string; readonly supportEmail: string | null };
}

/** Fields that a mail may leave out; its templates then leave out the fact. */
const OPTIONAL = ['address', 'device', 'note'];

/** Pages of the panel. A token stands behind `#`, where no server and no log sees it. */
const pages: Readonly<Partial<Record<MailTemplate, string>>> = {
  'verify-email': '/verify-email',
  'reset-password': '/reset-password',
  'account-exists': '/',
  'password-changed': '/forgot-password',
  invitation: '/invitation',
  'new-sign-in': '/account',
  'second-factor-locked': '/forgot-password',
  'session-family-revoked': '/account',
  'tenant-resumed': '/apps',
};

/** What a mail is to say, as the texts that its templates put in. */
export function presentData({ template, data, language, timeZone, panel, brand }: Presentation): Values {
  const { token, ...fields } = data as Readonly<Record<string, unknown>>;
  const page = pages[template];
  const shown = Object.entries(fields).map(([name, value]) => [name, showValue(name, value, { language, timeZone })]);
  return {
    ...Object.fromEntries(OPTIONAL.map((name) => [name, ''])),
    ...Object.fromEntries(shown),
    brand: brand.name,
    support: brand.supportEmail ?? frames[language].nobody,
    ...(page !== undefined && { link: `${panel}${page}${typeof token === 'string' ? `#token=${token}` : ''}` }),
  };
}

function showValue(
  name: string,
  value: unknown,
  { language, timeZone }: { language: Language; timeZone: string },
): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return showTime(value, language, timeZone);
  const text = String(value);
  return findMeaning(name, text, language) ?? oneLine(text);
}

function showTime(time: Date, language: Language, timeZone: string): string {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long', timeZone }).format(time);
}
