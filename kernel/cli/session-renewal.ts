import { ApiClient } from './api-client.ts';
import { loadCredentials, renewToken } from './credentials.ts';
import { ProblemError } from './problem.ts';

/**
 * The next access token of a session that `freehold login` began. A command that runs at the same time may have been first: then
 * what it kept is taken. Undefined when the session is over.
 */
export async function renewSession(api: string, stale: string): Promise<string | undefined> {
  const saved = (await loadCredentials()).tokens[api];
  if (!saved?.refreshToken) return undefined;
  if (saved.token !== stale) return saved.token;
  try {
    const { token, refreshToken } = await new ApiClient({ api }).refreshSession(saved.refreshToken);
    await renewToken(api, { ...saved, token, ...(refreshToken && { refreshToken }) });
    return token;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'session-over') return undefined;
    throw error;
  }
}
