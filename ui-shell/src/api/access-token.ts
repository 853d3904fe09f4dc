import { type ApiProblem, answeredProblem, connectionProblem } from './problem.ts';
import type { Session } from './session.ts';

interface Access {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Milliseconds before its end in which a token is not used any more: requests take their time, and clocks differ. */
const MARGIN = 30_000;

/**
 * What requests are sent with: good for some minutes, and kept in the memory of this page alone. The cookie, which no script can read,
 * and the key of the session together get the next one.
 */
export class AccessToken {
  readonly #session: Session;
  #access: Access | undefined;
  #coming: Promise<string> | undefined;

  constructor(session: Session) {
    this.#session = session;
    session.addEventListener('change', () => {
      if (!session.value) this.#access = undefined;
    });
  }

  keep({ token, expiresAt }: { token: string; expiresAt: string }): void {
    this.#access = { token, until: Date.parse(expiresAt) };
  }

  /** Undefined where nobody is signed in. */
  async load(): Promise<string | undefined> {
    const key = this.#session.value?.key;
    if (key === undefined) return undefined;
    if (this.#access && this.#access.until - Date.now() > MARGIN) return this.#access.token;
    this.#coming ??= this.#refresh(key).finally(() => {
      this.#coming = undefined;
    });
    return this.#coming;
  }

  /** The server does not know it any more. */
  drop(token: string): void {
    if (this.#access?.token === token) this.#access = undefined;
  }

  async #refresh(key: string): Promise<string> {
    // Sent to its end also when the page goes: otherwise the cookie would be used up, and its successor lost.
    const response = await fetch('/v1/session/refresh', {
      ...{ method: 'POST', cache: 'no-store', keepalive: true },
      headers: { accept: 'application/json', authorization: `Session ${key}` },
    }).catch((error) => {
      throw connectionProblem(error);
    });
    const text = await response.text();
    if (!response.ok) throw this.#judge(answeredProblem(response.status, text), key);
    this.keep(JSON.parse(text));
    return this.#access?.token ?? '';
  }

  #judge(problem: ApiProblem, key: string): ApiProblem {
    if (problem.code === 'session-over' && this.#session.value?.key === key) this.#session.forget();
    return problem;
  }
}
