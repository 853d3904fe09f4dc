import type { Language } from './templates.ts';

/** What every mail says around its own text. */
interface Frame {
  greeting(name: string | undefined): string;
  readonly hint: string;
  contact(address: string): string;
  readonly closing: string;
  /** Where mails say whom to write to, and nobody is named. */
  readonly nobody: string;
}

export const frames: Readonly<Record<Language, Frame>> = {
  en: {
    greeting: (name) => (name ? `Hello ${name},` : 'Hello,'),
    hint: 'If the button does not work, open this address:',
    contact: (address) => `Questions? Write to ${address}.`,
    closing: 'This mail was written by a program.',
    nobody: 'whoever gave you access',
  },
  de: {
    greeting: (name) => (name ? `Guten Tag, ${name}!` : 'Guten Tag!'),
    hint: 'Wenn die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:',
    contact: (address) => `Fragen? Schreiben Sie an ${address}.`,
    closing: 'Diese Nachricht wurde von einem Programm geschrieben.',
    nobody: 'die Stelle, die Ihnen Zugang gegeben hat',
  },
};

/** Values of fields that stand for something. */
const meanings: Readonly<Record<string, Readonly<Record<Language, Readonly<Record<string, string>>>>>> = {
  role: {
    en: {
      super_admin: 'super administrator',
      reseller: 'reseller',
      customer: 'customer',
      technical_user: 'technical user',
    },
    de: {
      super_admin: 'Hauptadministrator',
      reseller: 'Wiederverkäufer',
      customer: 'Kunde',
      technical_user: 'technischer Benutzer',
    },
  },
  reason: {
    en: { billing: 'unpaid invoices', abuse: 'misuse', operator: 'decided by the operator' },
    de: { billing: 'offene Rechnungen', abuse: 'Missbrauch', operator: 'Entscheidung des Betreibers' },
  },
  change: {
    en: {
      'totp-added': 'an authenticator app was added',
      'totp-removed': 'the authenticator app was removed',
      'passkey-added': 'a passkey was added',
      'passkey-removed': 'a passkey was removed',
      'recovery-codes-made': 'new recovery codes were made, and the old ones are void',
    },
    de: {
      'totp-added': 'Eine Authentifizierungs-App wurde hinzugefügt',
      'totp-removed': 'Die Authentifizierungs-App wurde entfernt',
      'passkey-added': 'Ein Passkey wurde hinzugefügt',
      'passkey-removed': 'Ein Passkey wurde entfernt',
      'recovery-codes-made': 'Neue Wiederherstellungscodes wurden erzeugt, die alten gelten nicht mehr',
    },
  },
};

/** The value in words, if it is one that stands for something. */
export function findMeaning(field: string, value: string, language: Language): string | undefined {
  return meanings[field]?.[language][value];
}
