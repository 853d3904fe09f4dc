import type { Keyring } from '../secrets/keyring.ts';
import type { SettingService } from '../settings/setting.service.ts';
import { newId, type TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { BrandService } from './brand.service.ts';
import { sealContent } from './mail-content.ts';
import type { MailData, MailTemplate } from './mail-data.ts';
import { oneLine } from './one-line.ts';
import { presentData } from './present-data.ts';
import { renderMail } from './render-mail.ts';
import { getTemplate, type Language } from './templates.ts';
import { frames } from './words.ts';

export interface OutgoingMail<Template extends MailTemplate = MailTemplate> {
  readonly template: Template;
  /** Address, one. */
  readonly to: string;
  /** Of the person it goes to. Left out for an address that nobody has confirmed. */
  readonly name?: string;
  /** `de`, `de-AT`. One that there are no templates in, or none: the language of the installation. */
  readonly language?: string | null;
  /** Whose brand it has: its own, or that of the nearest tenant above it that has one. Left out: the installation's. */
  readonly tenant?: TenantId;
  readonly data: MailData[Template];
}

/** Sends mails: what is written is in the transaction, and a job brings it away after the commit. */
export class Mailer {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Writes the mail and the job that sends it. Nothing is sent when the transaction is not committed. */
  async send<Template extends MailTemplate>(tx: Transaction, mail: OutgoingMail<Template>): Promise<void> {
    const { keyring, clock, brands, settings, address } = this.#needs;
    const { template, to, data, tenant } = mail;
    assertAddress(to);
    const { publicUrl, timeZone, ...set } = await settings.knownIn(tx);
    const language = chooseLanguage(mail.language ?? set.language);
    const name = template === 'verify-email' ? undefined : oneLine(mail.name ?? '') || undefined;
    const brand = await brands.find(tx, tenant);
    const panel = (publicUrl ?? address).replace(/\/+$/, '');
    const values = presentData({ template, data, language, timeZone, panel, brand });
    const rendered = renderMail(getTemplate(template, language), values, {
      language,
      words: frames[language],
      brand,
      name,
    });
    const id = newId('mai', clock.now().getTime());
    const content = sealContent(keyring, id, { ...rendered, brand });
    // All that was made so far comes before the mail in the transaction, as it does in time.
    await tx.flush();
    await tx.execute('select kernel.add_mail(?::jsonb)', [
      JSON.stringify({
        ...{ id, template, recipient: to, name: name ?? null, language, brand: tenant ?? null },
        ...{ subject: rendered.subject, content: content.toString('base64'), created_at: clock.now() },
      }),
    ]);
  }
}

/** Routes have checked it; whatever else gets here must not be able to write headers. */
function assertAddress(address: string): void {
  if (!/^[^\s@<>"(),:;\\\p{Cc}]+@[A-Za-z0-9.-]+$/u.test(address))
    throw new Error(`${JSON.stringify(address)} is no address that a mail can be sent to.`);
}

function chooseLanguage(wanted: string): Language {
  return /^de\b/i.test(wanted) ? 'de' : 'en';
}

interface Needs {
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly brands: BrandService;
  readonly settings: SettingService;
  /** Where the server itself answers: for links as long as no public address is set. */
  readonly address: string;
}
