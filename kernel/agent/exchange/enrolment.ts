import type { StateStore } from '../store/state-store.ts';
import type { ExchangeLink } from './exchange-link.ts';

export interface EnrolmentParts {
  readonly link: ExchangeLink;
  readonly store: StateStore;
  readonly hostname: string;
  /** The one-time token; undefined when there is none. */
  loadToken(): Promise<string | undefined>;
}

/** Gives the link the key of this node, after trading the token for it if this is the first time. */
export async function enrol({ link, store, hostname, loadToken }: EnrolmentParts): Promise<void> {
  const known = store.settings.find('identity');
  if (known) return link.use(known.key);
  const token = await loadToken();
  if (!token)
    throw new Error(
      'This node is not enrolled and has no token. Make a node in the panel and give its token to the agent.',
    );
  const identity = await link.enrol({ token, hostname });
  store.settings.save('identity', identity);
  link.use(identity.key);
}
