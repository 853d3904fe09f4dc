/** Who is signed in here. */
export interface StoredSession {
  readonly key: string;
  readonly email: string;
}

const STORAGE = 'freehold.session';

/**
 * The page's half of the session. The other half is a cookie that no script can read, and neither is worth anything without the
 * other; so this one may be kept where all tabs find it. Tells `change` when somebody signs in or out, in another tab too.
 */
export class Session extends EventTarget {
  #value: StoredSession | undefined = read();

  constructor() {
    super();
    addEventListener('storage', ({ key }) => {
      if (key === STORAGE || key === null) this.#set(read());
    });
  }

  get value(): StoredSession | undefined {
    return this.#value;
  }

  keep(session: StoredSession): void {
    localStorage.setItem(STORAGE, JSON.stringify(session));
    this.#set(session);
  }

  forget(): void {
    localStorage.removeItem(STORAGE);
    this.#set(undefined);
  }

  #set(value: StoredSession | undefined): void {
    if (value?.key === this.#value?.key) return;
    this.#value = value;
    this.dispatchEvent(new Event('change'));
  }
}

function read(): StoredSession | undefined {
  try {
    const value = JSON.parse(localStorage.getItem(STORAGE) ?? 'null');
    return typeof value?.key === 'string' && typeof value.email === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
