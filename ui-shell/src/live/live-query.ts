import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type ApiProblem, toProblem } from '../api/problem.ts';
import { live } from '../shell/services.ts';
import type { LiveEvent } from './live-events.ts';

interface Options<Value> {
  /** What is asked for: another key is another question. */
  readonly key: () => string;
  readonly load: () => Promise<Value>;
  /** Whether the answer may be another one after this event. */
  readonly concerns?: (event: LiveEvent) => boolean;
  /** Milliseconds after which it is asked again while somebody looks, for what no event tells. */
  readonly every?: number;
}

/** Milliseconds between two answers at the least: events may come in hundreds. */
const BREATH = 250;

/** What was answered last, so that a page one comes back to is there at once; it is asked for again all the same. */
const remembered = new Map<string, unknown>();

export function forgetAnswers(): void {
  remembered.clear();
}

/** Something of the server that is shown as it is now: loaded, and loaded again when an event says that it changed. */
export class LiveQuery<Value> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #options: Options<Value>;
  #key: string | undefined;
  #value: Value | undefined;
  #problem: ApiProblem | undefined;
  #loading = false;
  #again = false;
  #unlisten: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, options: Options<Value>) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  get value(): Value | undefined {
    return this.#value;
  }

  /** Why it could not be loaded. The value of before is still there. */
  get problem(): ApiProblem | undefined {
    return this.#problem;
  }

  hostConnected(): void {
    this.#unlisten = live.listen((event) => {
      if (event.type === 'resync' || this.#options.concerns?.(event)) void this.reload();
    });
    const { every } = this.#options;
    if (every !== undefined)
      this.#timer = setInterval(() => {
        if (document.visibilityState === 'visible') void this.reload();
      }, every);
  }

  hostDisconnected(): void {
    this.#unlisten?.();
    clearInterval(this.#timer);
    this.#key = undefined;
  }

  hostUpdate(): void {
    const key = this.#options.key();
    if (key === this.#key) return;
    this.#key = key;
    this.#value = remembered.get(key) as Value | undefined;
    this.#problem = undefined;
    void this.reload();
  }

  /** Puts in what an answer to another request brought. */
  set(value: Value): void {
    this.#value = value;
    if (this.#key !== undefined) remembered.set(this.#key, value);
    this.#host.requestUpdate();
  }

  async reload(): Promise<void> {
    if (this.#key === undefined) return;
    this.#again = this.#loading;
    if (this.#loading) return;
    this.#loading = true;
    const key = this.#key;
    try {
      const value = await this.#options.load();
      remembered.set(key, value);
      if (key === this.#key) [this.#value, this.#problem] = [value, undefined];
    } catch (error) {
      if (key === this.#key) this.#problem = toProblem(error);
    }
    this.#host.requestUpdate();
    const isOther = this.#key !== undefined && key !== this.#key;
    if (this.#again && !isOther) await new Promise((resolve) => setTimeout(resolve, BREATH));
    this.#loading = false;
    if (this.#again || isOther) await this.reload();
  }
}
