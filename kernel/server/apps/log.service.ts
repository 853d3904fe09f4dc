import type { Actor } from '../accounts/actor.ts';
import { problem } from '../errors/problem.ts';
import type { LogLines, LogWish, QuestionService } from '../nodes/question.service.ts';
import { type App, type DeclaredLog, Reconciliation } from '../store/entities/index.ts';
import type { Store } from '../store/store.ts';
import { loadApp } from './app-access.ts';

/** The logs of apps, which are on their nodes. */
export class LogService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async list(actor: Actor, id: string): Promise<readonly DeclaredLog[]> {
    return (await this.#load(actor, id)).logs;
  }

  /** Lines as they arrive. A log that is followed can be silent for long, so it is asked first whether the node is there. */
  async read(actor: Actor, id: string, wish: LogWish & { signal: AbortSignal }): Promise<AsyncGenerator<LogLines>> {
    const { app, logs } = await this.#load(actor, id);
    if (!logs.some((one) => one.id === wish.log)) throw problem('log-not-found', { app: app.id, log: wish.log });
    if (wish.follow) await this.#needs.questions.assertReachable(app.node);
    return this.#needs.questions.readLog(app.node, `app:${app.id}`, wish);
  }

  async #load(actor: Actor, id: string): Promise<{ app: App; logs: readonly DeclaredLog[] }> {
    const reader = this.#needs.store.readerFor(actor);
    const app = await loadApp(reader, actor, { id, action: 'app.read' });
    const { logs } = await reader.findOneOrFail(Reconciliation, { app: app.id });
    return { app, logs };
  }
}

interface Needs {
  readonly store: Store;
  readonly questions: QuestionService;
}
