import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { MailPassword } from './mail-password.ts';
import type { SettingChange, SettingService, Settings } from './setting.service.ts';
import { findMisfit } from './setting-misfits.ts';

/** The settings, with whether there is a password, which nobody is shown. */
export type ShownSettings = Settings & { readonly mail: Settings['mail'] & { readonly passwordSet: boolean } };

/** The settings as people read and change them. */
export class SettingAdministration {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** @throws ProblemError permission-denied */
  async load(actor: Actor): Promise<ShownSettings> {
    assertCan(actor, 'settings.read');
    return this.#show(this.#needs.store.reader());
  }

  /** @throws ProblemError permission-denied, settings-do-not-fit */
  async change(actor: Actor, wish: SettingChange): Promise<void> {
    assertCan(actor, 'settings.manage');
    const { store, settings, password, audit } = this.#needs;
    const { mail, given } = takePassword(wish);
    await store.transaction(async (tx) => {
      await tx.execute(`select pg_advisory_xact_lock(hashtextextended('settings', 0))`);
      const before = await this.#show(tx);
      await settings.record(tx, { ...wish, ...(mail !== undefined && { mail }) });
      if (given !== undefined) await password.record(tx, given);
      const after = await this.#show(tx);
      const misfit = findMisfit(after);
      if (misfit !== undefined) throw problem('settings-do-not-fit', { problem: misfit });
      const changed = Object.keys(wish) as (keyof Settings)[];
      audit.record(tx, {
        ...{ actor: storedActor(actor), action: 'settings.change', subject: 'settings' },
        ...{ before: pick(before, changed), after: pick(after, changed) },
        ...(given !== undefined && { details: { mailPassword: given === null ? 'removed' : 'set' } }),
      });
    });
  }

  async #show(reader: Transaction): Promise<ShownSettings> {
    const settings = await this.#needs.settings.load(reader);
    return { ...settings, mail: { ...settings.mail, passwordSet: await this.#needs.password.isSet(reader) } };
  }
}

type MailChange = NonNullable<SettingChange['mail']> & { readonly password?: string | null };

/** The password goes another way than the rest. Mail as it is by default has none. */
function takePassword({ mail }: SettingChange): { mail?: SettingChange['mail']; given?: string | null } {
  if (mail === undefined) return {};
  if (mail === null) return { mail, given: null };
  const { password, ...rest } = mail as MailChange;
  return { mail: rest, ...(password !== undefined && { given: password }) };
}

function pick(settings: ShownSettings, keys: readonly (keyof Settings)[]): object {
  return Object.fromEntries(keys.map((key) => [key, settings[key]]));
}

interface Needs {
  readonly store: Store;
  readonly audit: AuditService;
  readonly settings: SettingService;
  readonly password: MailPassword;
}
