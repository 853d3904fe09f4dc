import type { Keyring } from '../secrets/keyring.ts';
import type { MailId } from '../store/ids.ts';
import type { Brand } from './brand.ts';
import type { RenderedMail } from './render-mail.ts';

/** What is sent, besides to whom. */
export interface MailContent extends RenderedMail {
  /** As it was when the mail was written: whom it comes from. */
  readonly brand: Brand;
}

/** Links in mails are as good as passwords, so the text of a mail is not in the database as it is. */
export function sealContent(keyring: Keyring, id: MailId, content: MailContent): Buffer {
  return keyring.encrypt(JSON.stringify(content), `mail ${id}`);
}

export function openContent(keyring: Keyring, id: MailId, sealed: Buffer): MailContent {
  return JSON.parse(keyring.decrypt(sealed, `mail ${id}`)) as MailContent;
}
