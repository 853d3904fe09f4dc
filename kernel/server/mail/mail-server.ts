import { createTransport } from 'nodemailer';
import type { MailContent } from './mail-content.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly secure: 'starttls' | 'tls' | 'none';
  readonly user: string | null;
  readonly password: string | null;
}

export interface Letter {
  /** The same at every attempt, so that a mail that arrived twice is shown once. */
  readonly id: string;
  readonly to: string;
  readonly name: string | null;
  readonly content: MailContent;
  readonly at: Date;
}

/** A mail that was not taken. */
export class MailRefusedError extends Error {
  override readonly name = 'MailRefusedError';
  /** Another attempt would be refused as well. */
  readonly final: boolean;

  constructor(message: string, final: boolean, cause: unknown) {
    super(message, { cause });
    this.final = final;
  }
}

const SECOND = 1_000;

/** Hands one mail to a mail server. The only place that speaks SMTP. @throws MailRefusedError */
export async function handOver({ id, to, name, content, at }: Letter, server: MailServer): Promise<void> {
  const { brand, subject, text, html } = content;
  const transport = createTransport(optionsFor(server));
  try {
    await transport.sendMail({
      from: { name: brand.name, address: brand.sender },
      to: { name: name ?? '', address: to },
      ...(brand.supportEmail && { replyTo: brand.supportEmail }),
      ...{ subject, text, html, date: at },
      messageId: `<${id}@${brand.sender.slice(brand.sender.lastIndexOf('@') + 1)}>`,
      // Nobody shall answer with a program (RFC 3834).
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  } catch (error) {
    throw refusal(error as NodeJS.ErrnoException & { responseCode?: number });
  } finally {
    transport.close();
  }
}

function optionsFor({ host, port, secure, user, password }: MailServer) {
  return {
    ...{ host, port, secure: secure === 'tls', requireTLS: secure === 'starttls', ignoreTLS: secure === 'none' },
    ...(user !== null && { auth: { user, pass: password ?? '' } }),
    ...{ connectionTimeout: 15 * SECOND, greetingTimeout: 15 * SECOND, socketTimeout: 60 * SECOND },
  };
}

/** What is wrong with this mail stays wrong; what is wrong with the server or with how it is set may be put right. */
function refusal(error: NodeJS.ErrnoException & { responseCode?: number }): MailRefusedError {
  const { message, code, responseCode = 0 } = error;
  const final = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return new MailRefusedError(message.slice(0, 1_000), final, error);
}
