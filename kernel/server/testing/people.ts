import { readMails } from './read-mails.ts';
import type { Caller, TestServer } from './test-server.ts';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly caller: Caller;
}

interface NewPerson {
  readonly tenant: string;
  readonly email: string;
  readonly role?: string;
  readonly apps?: readonly string[];
  readonly actions?: readonly string[];
}

const PASSWORD = 'a horse that nobody has stapled';

/** Somebody who was invited, has made an account and signed in. */
export async function addPerson(run: TestServer, invitation: NewPerson): Promise<Person> {
  const { tenant, ...wish } = invitation;
  const { email } = invitation;
  const invited = await run.admin('POST', `/v1/tenants/${tenant}/invitations`, { role: 'customer', ...wish });
  if (invited.status !== 201) throw new Error(JSON.stringify(invited.body));
  const token = await findInvitation(run, email);
  const anybody = run.as(undefined);
  const joined = await anybody('POST', '/v1/invitations/acceptance', { token, name: 'Somebody', password: PASSWORD });
  if (joined.status !== 201) throw new Error(JSON.stringify(joined.body));
  return { id: joined.body.account, email, caller: await signIn(run, email) };
}

export async function signIn({ as }: TestServer, email: string): Promise<Caller> {
  const { body } = await as(undefined)('POST', '/v1/session', { email, password: PASSWORD });
  return as(body.token);
}

/** What stands in the newest mail with an invitation for the address. */
export async function findInvitation({ admin }: TestServer, email: string): Promise<string> {
  const mails = await readMails(admin);
  const mail = mails.findLast(({ template, to }) => template === 'invitation' && to === email);
  const [token] = /fhi_[A-Za-z0-9]+/.exec(mail?.text ?? '') ?? [];
  if (!token) throw new Error(`nobody has invited ${email}`);
  return token;
}
