import type { Actor } from '../accounts/actor.ts';
import { problem } from '../errors/problem.ts';
import { Operation, type OperationLogLine, type OperationState } from '../store/entities/index.ts';
import type { OperationId } from '../store/ids.ts';
import { loadPage, type Page, type PageRequest } from '../store/page.ts';
import type { Store } from '../store/store.ts';
import { ofVisibleApps } from '../tenants/scope.ts';
import { loadLog } from './operation-log.ts';

export interface OperationFilter {
  readonly app?: string;
  readonly node?: string;
  readonly state?: OperationState;
}

/** What was done, and how it went. */
export class OperationService {
  readonly #store: Store;

  constructor(needs: { store: Store }) {
    this.#store = needs.store;
  }

  /** Without steps, which can be long. */
  list(actor: Actor, filter: OperationFilter, page: PageRequest): Promise<Page<Operation>> {
    return loadPage(this.#store.readerFor(actor), Operation, { where: { $and: [filter, ofVisible(actor)] }, ...page });
  }

  /** @throws ProblemError operation-not-found */
  async get(actor: Actor, id: string): Promise<Operation> {
    const where = { $and: [{ id: id as OperationId }, ofVisible(actor)] };
    const found = await this.#store.readerFor(actor).findOne(Operation, where, { populate: ['steps'] });
    if (!found) throw problem('operation-not-found', { operation: id });
    return found;
  }

  loadLog(operation: Operation, after = 0): Promise<OperationLogLine[]> {
    return loadLog(this.#store.reader(), operation.id, after);
  }
}

function ofVisible(actor: Actor): object {
  return ofVisibleApps(actor, { field: 'app', action: 'operation.read' });
}
