import type { Keyring } from '../secrets/keyring.ts';
import type { MailPassword } from '../settings/mail-password.ts';
import type { SettingService } from '../settings/setting.service.ts';
import { Mail, type MailState } from '../store/entities/index.ts';
import type { MailId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { openContent } from './mail-content.ts';
import { handOver, MailRefusedError, type MailServer } from './mail-server.ts';

/** Attempts before a mail is given up: with the waits of the queue between them, more than a day. */
const MOST_ATTEMPTS = 14;

/** Brings mails away: to the mail server, or to the inbox when there is none. */
export class MailDelivery {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Throws when it is to be tried again later. */
  async deliver(id: string): Promise<void> {
    const { store, keyring } = this.#needs;
    const mail = await store.reader().findOne(Mail, { id: id as MailId }, { populate: ['content'] });
    if (mail?.state !== 'waiting' || !mail.content) return;
    const server = await this.#findServer();
    if (!server) return this.#record(mail, { state: 'inbox' });
    const { recipient: to, name = null, createdAt: at } = mail;
    try {
      await handOver({ id, to, name, at, content: openContent(keyring, mail.id, mail.content) }, server);
    } catch (error) {
      if (!(error instanceof MailRefusedError)) throw error;
      const over = error.final || mail.attempts + 1 >= MOST_ATTEMPTS;
      await this.#record(mail, { state: over ? 'failed' : 'waiting', problem: error.message });
      if (over) return;
      throw error;
    }
    await this.#record(mail, { state: 'sent' });
  }

  /** Forgets mails whose time is over. */
  async clean(): Promise<void> {
    const { store, clock, settings } = this.#needs;
    const { mailRetention } = await settings.load();
    const before = new Date(clock.now().getTime() - mailRetention * 1_000);
    await store.reader().nativeDelete(Mail, { createdAt: { $lt: before }, state: { $ne: 'waiting' } });
  }

  async #findServer(): Promise<MailServer | undefined> {
    const { settings, password } = this.#needs;
    const { host, port, secure, user } = (await settings.load()).mail;
    return host === null ? undefined : { host, port, secure, user, password: await password.load() };
  }

  async #record(mail: Mail, { state, problem = null }: { state: MailState; problem?: string | null }): Promise<void> {
    const { store, clock } = this.#needs;
    const change = { state, problem, attempts: mail.attempts + 1, handledAt: clock.now() };
    // What has left needs not be kept here.
    await store.reader().nativeUpdate(Mail, { id: mail.id }, state === 'sent' ? { ...change, content: null } : change);
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly settings: SettingService;
  readonly password: MailPassword;
}
