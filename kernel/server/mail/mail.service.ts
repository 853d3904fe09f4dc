import { raw } from '@mikro-orm/core';
import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { Mail, type MailState } from '../store/entities/index.ts';
import type { MailId } from '../store/ids.ts';
import { loadPage, type Page, type PageRequest } from '../store/page.ts';
import type { Store, Transaction } from '../store/store.ts';
import { type MailContent, openContent } from './mail-content.ts';
import type { Mailer } from './mailer.ts';

export interface MailFilter {
  readonly state?: MailState;
  readonly template?: string;
  /** Address, in whatever case. */
  readonly to?: string;
}

export interface ReadMail {
  readonly mail: Mail;
  /** Undefined once a mail server has taken it. */
  readonly content: MailContent | undefined;
}

/** The mails of the installation, as whoever runs it sees them. */
export class MailService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async list(actor: Actor, { to, ...filter }: MailFilter, page: PageRequest): Promise<Page<Mail>> {
    assertCan(actor, 'mail.read');
    const where = {
      $and: [filter, to === undefined ? {} : { [raw((mail) => `lower(${mail}.recipient)`)]: to.toLowerCase() }],
    };
    return loadPage(this.#needs.store.reader(), Mail, { where, ...page });
  }

  /** A link in a mail can be as good as its reader's password, so reading one is on record. */
  async read(actor: Actor, id: string): Promise<ReadMail> {
    assertCan(actor, 'mail.read');
    return this.#needs.store.transaction(async (tx) => {
      const mail = await findMail(tx, id);
      if (!mail.content) return { mail, content: undefined };
      const { recipient, template } = mail;
      const details = { recipient, template };
      this.#needs.audit.record(tx, { actor: storedActor(actor), action: 'mail.read', subject: mail.id, details });
      return { mail, content: openContent(this.#needs.keyring, mail.id, mail.content) };
    });
  }

  /** Sends a mail that says that sending works. */
  async test(actor: Actor, to: string): Promise<void> {
    assertCan(actor, 'mail.manage');
    await this.#needs.store.transaction(async (tx) => {
      await this.#needs.mailer.send(tx, { template: 'test', to, data: {} });
      const entry = { actor: storedActor(actor), action: 'mail.test', subject: 'mail', details: { recipient: to } };
      this.#needs.audit.record(tx, entry);
    });
  }

  /** Tries again to send a mail that was given up. @throws ProblemError mail-not-failed */
  async retry(actor: Actor, id: string): Promise<Mail> {
    assertCan(actor, 'mail.manage');
    return this.#needs.store.transaction(async (tx) => {
      const mail = await findMail(tx, id);
      if (mail.state !== 'failed') throw problem('mail-not-failed', { mail: id, state: mail.state });
      Object.assign(mail, { state: 'waiting', attempts: 0 });
      await tx.flush();
      await tx.execute('select kernel.queue_mail(?)', [mail.id]);
      this.#needs.audit.record(tx, { actor: storedActor(actor), action: 'mail.retry', subject: mail.id });
      return mail;
    });
  }
}

async function findMail(tx: Transaction, id: string): Promise<Mail> {
  const found = await tx.findOne(Mail, { id: id as MailId }, { populate: ['content'] });
  if (!found) throw problem('mail-not-found', { mail: id });
  return found;
}

interface Needs {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly audit: AuditService;
  readonly mailer: Mailer;
}
