import type { TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import type { MailData, MailTemplate } from './mail-data.ts';

export interface OutgoingMail<Template extends MailTemplate = MailTemplate> {
  readonly template: Template;
  /** Address, one. */
  readonly to: string;
  /** Of the person it goes to. Left out for an address that nobody has confirmed. */
  readonly name?: string;
  /** `de`, `de-AT`. One that there are no templates in, or none: the language of the installation. */
  readonly language?: string;
  /** Whose brand it has: its own, or that of the nearest tenant above it that has one. Left out: the installation's. */
  readonly tenant?: TenantId;
  readonly data: MailData[Template];
}

/** Sends mails: what is written is in the transaction, and a job brings it away after the commit. */
export class Mailer {
  /** Writes the mail and the job that sends it. Nothing is sent when the transaction is not committed. */
  async send<Template extends MailTemplate>(_tx: Transaction, _mail: OutgoingMail<Template>): Promise<void> {}
}
