import type { ApiClient } from '../api-client.ts';
import type { App } from '../api-types.ts';
import type { SeedPerson } from './seed-plan.ts';

/** Makes accounts in the way that people get them: invited by mail, and the link in it followed. */
export class SeedPeople {
  readonly #client: ApiClient;
  readonly #password: string;
  readonly made: string[] = [];
  readonly omissions: string[] = [];

  constructor(client: ApiClient, password: string) {
    this.#client = client;
    this.#password = password;
  }

  async ensure(tenant: string, { email, role, apps }: SeedPerson, known: readonly App[]): Promise<void> {
    const members = await this.#client.list<{ email: string }>(`/v1/tenants/${tenant}/members`);
    if (members.some((member) => member.email === email)) return;
    const ids = apps && known.filter(({ name }) => apps.includes(name)).map(({ id }) => id);
    if (ids?.length === 0) return;
    await this.#client.post(`/v1/tenants/${tenant}/invitations`, { email, role, ...(ids && { apps: ids }) });
    const token = await this.#readToken(email);
    if (token === undefined) {
      this.omissions.push(
        `${email} was invited, and has to follow the link in the mail: it has left the installation.`,
      );
      return;
    }
    const name = email.replace(/@.*/, '');
    await this.#client.post('/v1/invitations/acceptance', { token, name, password: this.#password });
    this.made.push(email);
  }

  /** Of the newest invitation, out of the inbox; undefined where a mail server has taken it. */
  async #readToken(to: string): Promise<string | undefined> {
    const [mail] = await this.#client.list<{ id: string }>('/v1/mail', { to, template: 'invitation' }, 1);
    const { text } = mail ? await this.#client.get<{ text: string | null }>(`/v1/mail/${mail.id}`) : { text: null };
    return /#token=(\S+)/.exec(text ?? '')?.[1];
  }
}
