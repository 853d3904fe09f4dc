/**
 * Every mail that the system sends, and what its text needs. A template is a name here and a file for each language in `templates/`;
 * a test reads every one of them from a mail server. Who needs another one adds it here, there and to the samples.
 *
 * Mails to an address that nobody has confirmed say nothing that whoever asked for them wrote: otherwise anybody could make the
 * installation send a text of their choice to anybody.
 */
export interface MailData {
  /** With a link that confirms the address. */
  'verify-email': { readonly token: string; readonly minutes: number };
  /** With a link to choose a new password. */
  'reset-password': { readonly token: string; readonly minutes: number } & Origin;
  /** Somebody wanted to register with the address of an account. */
  'account-exists': Origin;
  /** Goes to the address before. */
  'email-changed': { readonly email: string; readonly at: Date } & Origin;
  'password-changed': { readonly at: Date } & Origin;
  invitation: {
    readonly token: string;
    readonly inviter: string;
    readonly tenantName: string;
    readonly role: 'super_admin' | 'reseller' | 'customer' | 'technical_user';
    readonly days: number;
  };
  /** From a device that was never used before. */
  'new-sign-in': { readonly at: Date; readonly device: string } & Origin;
  'second-factor-locked': { readonly at: Date; readonly minutes: number } & Origin;
  'second-factor-changed': {
    readonly at: Date;
    readonly change: 'totp-added' | 'totp-removed' | 'passkey-added' | 'passkey-removed' | 'recovery-codes-made';
  } & Origin;
  /** A refresh token was used twice, so all of its session is over. */
  'session-family-revoked': { readonly at: Date; readonly device?: string } & Origin;
  'tenant-suspended': {
    readonly tenantName: string;
    readonly reason: 'billing' | 'abuse' | 'operator';
    readonly note?: string;
  };
  'tenant-resumed': { readonly tenantName: string };
  /** Shows that sending works. */
  test: Readonly<Record<never, never>>;
}

/** Where it was asked for, if that is known. */
interface Origin {
  /** IP address. */
  readonly address?: string;
}

export type MailTemplate = keyof MailData;
