import type { Caller } from './test-server.ts';

export interface ReadMail {
  readonly template: string;
  readonly to: string;
  readonly text: string;
}

/** What the system wrote, the oldest first, as an administrator finds it in the inbox. */
export async function readMails(admin: Caller): Promise<ReadMail[]> {
  const { items } = (await admin('GET', '/v1/mail')).body;
  const mails = await Promise.all(items.map(({ id }: { id: string }) => admin('GET', `/v1/mail/${id}`)));
  return mails.map(({ body: { template, to, text } }) => ({ template, to, text })).reverse();
}
