import type { MailData, MailTemplate } from '../mail-data.ts';

const at = new Date(Date.UTC(2026, 2, 9, 17, 5));
const address = '198.51.100.7';
const token = 'q7Zt0a';

/** One of every mail, with everything that can be in it. */
export const sampleData: { readonly [Template in MailTemplate]: MailData[Template] } = {
  'verify-email': { token, minutes: 30 },
  'reset-password': { token, minutes: 30, address },
  'account-exists': { address },
  'email-changed': { email: 'new@freehold.test', at, address },
  'password-changed': { at, address },
  invitation: { token, inviter: 'Grace <Hopper>', tenantName: 'Navy & "Sons"', role: 'technical_user', days: 7 },
  'new-sign-in': { at, device: 'Firefox on Debian', address },
  'second-factor-locked': { at, minutes: 15, address },
  'second-factor-changed': { at, change: 'passkey-added', address },
  'session-family-revoked': { at, device: 'Firefox on Debian', address },
  'tenant-suspended': { tenantName: 'Bäckerei Müller', reason: 'billing', note: 'Invoice 12 is open.' },
  'tenant-resumed': { tenantName: 'Bäckerei Müller' },
  test: {},
};
