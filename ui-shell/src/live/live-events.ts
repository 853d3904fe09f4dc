import { type ApiClient, isRetryable } from '../api/api-client.ts';

/** One thing that happened, or `resync`: something may have happened that nobody heard of. */
export interface LiveEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

type Listener = (event: LiveEvent) => void;

/** A hidden tab gives its connection back after this time: browsers allow few to one server. */
const HIDDEN = 60_000;
const LONGEST_PAUSE = 10_000;

/** The one stream of events of this tab. Tells `change` when it is cut off and when it is back. */
export class LiveEvents extends EventTarget {
  readonly #client: ApiClient;
  readonly #listeners = new Set<Listener>();
  #running: AbortController | undefined;
  #last: string | undefined;
  #connected = true;
  #hiding: ReturnType<typeof setTimeout> | undefined;

  constructor(client: ApiClient) {
    super();
    this.#client = client;
    document.addEventListener('visibilitychange', () => this.#seeVisibility());
  }

  /** False while the server cannot be heard. */
  get connected(): boolean {
    return this.#connected;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#running) return;
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#last = undefined;
    this.#setConnected(true);
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const onOpen = () => {
          failures = 0;
          // Without a place to go on from, what happened before is unknown; and while it was cut off, requests failed.
          const lost = this.#last === undefined || !this.#connected;
          this.#setConnected(true);
          if (lost) this.#tell({ type: 'resync', data: {} });
        };
        for await (const { id, event, data } of this.#client.stream('/v1/events', {
          signal,
          after: this.#last,
          onOpen,
        })) {
          this.#last = id ?? this.#last;
          this.#tell({ type: event ?? 'message', data: JSON.parse(data) });
        }
      } catch (error) {
        if (signal.aborted || !isRetryable(error)) return;
        if (failures > 0) this.#setConnected(false);
      }
      await pause(Math.min(250 * 2 ** failures, LONGEST_PAUSE), signal);
    }
  }

  #seeVisibility(): void {
    clearTimeout(this.#hiding);
    if (document.visibilityState === 'hidden') {
      this.#hiding = setTimeout(() => {
        this.#running?.abort();
        this.#running = undefined;
      }, HIDDEN);
    } else if (this.#client.session.value) this.start();
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #setConnected(connected: boolean): void {
    if (this.#connected === connected) return;
    this.#connected = connected;
    this.dispatchEvent(new Event('change'));
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
