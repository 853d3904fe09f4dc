import type { ApiClient } from '../api-client.ts';
import type { OwnAccount } from '../api-types.ts';
import type { Context } from '../context.ts';
import { loadCredentials, renewToken } from '../credentials.ts';
import { ProblemError } from '../problem.ts';
import { ask, askSecret, canAsk } from '../prompt.ts';

/** Does what wants a fresh proof of who asks: where it is missing and somebody is there, asks for it. */
export async function withProof<T>(context: Context, client: ApiClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const wanted = error instanceof ProblemError && error.problem.code === 'reauthentication-needed';
    if (!wanted || !canAsk(context)) throw error;
    await prove(context, client);
    return work();
  }
}

async function prove(context: Context, client: ApiClient): Promise<void> {
  const { totp, passkeys } = await client.get<OwnAccount>('/v1/account');
  const password = await askSecret(context, 'Password, to prove that it is you: ');
  const code = totp || passkeys > 0 ? await ask(context, 'Code of the authenticator app, or a recovery code: ') : '';
  const { token } = await client.reauthenticate({ password, ...(code && { code }) });
  const saved = (await loadCredentials()).tokens[client.api];
  if (saved?.refreshToken) await renewToken(client.api, { ...saved, token });
}
