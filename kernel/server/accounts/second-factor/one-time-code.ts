import { generateSecret, generateURI, verify } from 'otplib';
import { renderSVG } from 'uqr';

/** Seconds that a code counts. Authenticator apps know no other numbers than 30 seconds, 6 digits and SHA-1 (RFC 6238). */
const PERIOD = 30;
/** A code that was right one period ago is still taken: people type slowly. One that comes too early is not. */
const LATE = PERIOD;

export interface CodeAttempt {
  readonly secret: string;
  readonly code: string;
  readonly now: Date;
  /** Codes of this time step and before were used. */
  readonly lastStep: number;
}

export function newSecret(): string {
  return generateSecret();
}

/** What an authenticator app reads, as text and as a picture. */
export function describeSecret(secret: string, { issuer, label }: { issuer: string; label: string }) {
  const uri = generateURI({ issuer, label, secret, period: PERIOD });
  const picture = Buffer.from(renderSVG(uri, { border: 4 })).toString('base64');
  return { secret, uri, qrCode: `data:image/svg+xml;base64,${picture}` };
}

/** The time step of a code that is right and was not used. */
export async function findStep({ secret, code, now, lastStep }: CodeAttempt): Promise<number | undefined> {
  if (!/^\d{6}$/.test(code)) return undefined;
  const epoch = Math.floor(now.getTime() / 1_000);
  // What is too old for the last step anyway is an error there, and not an answer.
  if (Math.floor(epoch / PERIOD) <= lastStep) return undefined;
  const result = await verify({
    ...{ secret, token: code, epoch, period: PERIOD, epochTolerance: [LATE, 0] },
    ...(lastStep > 0 && { afterTimeStep: lastStep }),
  });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}
