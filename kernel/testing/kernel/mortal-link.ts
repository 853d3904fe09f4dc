import type { ExchangeLink } from '../../agent/exchange/exchange-link.ts';

/** The link of one agent, which ends with it: after the cut no answer reaches it. */
export function mortalLink(link: ExchangeLink): { readonly link: ExchangeLink; cut(): void } {
  const death = new AbortController();
  const alive = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } finally {
      if (death.signal.aborted) await never;
    }
  };
  return {
    link: {
      use: (key) => link.use(key),
      enrol: (request) => alive(link.enrol(request)),
      upload: (sha256) => alive(link.upload(sha256)),
      exchange: (request, signal) => alive(link.exchange(request, AbortSignal.any([signal, death.signal]))),
    },
    cut: () => death.abort(),
  };
}

const never = new Promise<never>(() => undefined);
