import type { Actor } from '../accounts/actor.ts';
import { loadNodeState } from '../nodes/node-state.ts';
import type { PlanAnswer, QuestionService } from '../nodes/question.service.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import type { Store } from '../store/store.ts';
import { assertPresent, loadApp } from './app-access.ts';
import type { AppChanges } from './app-changes.ts';
import type { SpecPreparation } from './spec-preparation.ts';

/** Says what a change would do, without doing it. */
export class PlanService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** A spec that would be refused is refused here in the same words. @throws ProblemError */
  async plan(actor: Actor, id: string, { spec }: { spec?: Record<string, unknown> }): Promise<PlanAnswer> {
    const { store, plugins, preparation, changes, questions } = this.#needs;
    const app = await loadApp(store.readerFor(actor), actor, { id, action: 'app.read' });
    assertPresent(app);
    const { type, state } = await changes.propose(app, { spec });
    await preparation.check(type, state, await loadNodeState(store.reader(), app.node, plugins));
    return questions.plan(app.node, `app:${app.id}`, { spec: { ...state.spec } });
  }
}

interface Needs {
  readonly store: Store;
  readonly plugins: PluginHost;
  readonly preparation: SpecPreparation;
  readonly changes: AppChanges;
  readonly questions: QuestionService;
}
