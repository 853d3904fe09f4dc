import { toPermission } from '../access/plugin-permissions.ts';
import { type Actor, storedActor } from '../accounts/actor.ts';
import { type Action, assertCan, type PluginPermission } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { invalid, problem } from '../errors/problem.ts';
import type { OperationRecorder } from '../operations/operation-recorder.ts';
import type { LoadedAction, LoadedAppType, PluginHost } from '../plugin-host/plugin-host.ts';
import type { App, Operation } from '../store/entities/index.ts';
import { notify } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';
import { assertPresent, loadApp, resourceOf } from './app-access.ts';
import { getFiles, type ReleaseService } from './release.service.ts';
import type { SpecPreparation } from './spec-preparation.ts';

/** The kernel's own action, for every app type that takes files. */
const ROLLBACK = 'rollback';

/** Things to do with an app beyond its spec. */
export class ActionService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async start(actor: Actor, id: string, { action, input }: { action: string; input: unknown }): Promise<Operation> {
    const app = await loadApp(this.#needs.store.readerFor(actor), actor, { id, action: 'app.read' });
    const resource = resourceOf(app);
    if (action === ROLLBACK) assertCan(actor, 'app.deploy', resource);
    else assertCan(actor, this.#permissionOf(app, action), { ...resource, act: action });
    assertPresent(app);
    const type = this.#needs.preparation.getType(app.type);
    if (action === ROLLBACK) return this.#rollback(actor, { app, type, input });
    const checked = getAction(type, action).validateInput(input);
    if (checked.problems.length > 0) throw invalid(checked.problems);
    return this.#begin(actor, app, { action, input: checked.input });
  }

  /** An action that is not known takes the kernel's, so that nobody learns more than they may. */
  #permissionOf({ type }: App, action: string): Action | PluginPermission {
    const { plugins } = this.#needs;
    const asked = plugins.findAppType(type)?.actions.find(({ id }) => id === action)?.permission;
    const permission = plugins.permissions().find(({ id }) => id === asked);
    return permission ? { ...toPermission(permission), id: permission.id } : 'app.act';
  }

  async #rollback(
    actor: Actor,
    { app, type, input }: { app: App; type: LoadedAppType; input: unknown },
  ): Promise<Operation> {
    getFiles(type);
    const release = readRelease(input);
    return (await this.#needs.releases.rollback(actor, app.id, { release })).operation;
  }

  #begin(actor: Actor, app: App, request: { action: string; input: unknown }): Promise<Operation> {
    return this.#needs.store.transaction(async (tx) => {
      const operation = this.#needs.operations.begin(tx, {
        kind: 'action',
        owner: `app:${app.id}`,
        node: app.node,
        app: app.id,
        tenant: app.tenant.id,
        generation: app.generation,
        actor: storedActor(actor),
        request,
      });
      this.#needs.audit.record(tx, {
        actor: storedActor(actor),
        action: 'app.act',
        subject: app.id,
        tenant: app.tenant.id,
        details: { name: app.name, ...request },
      });
      await notify(tx, 'freehold_work', app.node);
      return operation;
    });
  }
}

/** @throws ProblemError action-not-found */
function getAction(type: LoadedAppType, id: string): LoadedAction {
  const action = type.actions.find((one) => one.id === id);
  if (!action) throw problem('action-not-found', { type: type.id, action: id });
  return action;
}

function readRelease(input: unknown): number | undefined {
  const { release, ...others } = (input ?? {}) as Record<string, unknown>;
  const problems = Object.keys(others).map((name) => ({
    pointer: `/${name}`,
    rule: 'additionalProperties',
    message: `There is no field "${name}" here.`,
    remedy: 'Remove it. The only field is release.',
  }));
  if (
    release !== undefined &&
    !(typeof release === 'number' && Number.isInteger(release) && release > 0 && release < 2 ** 31)
  )
    problems.push({
      pointer: '/release',
      rule: 'type',
      message: 'This is no number of a release.',
      remedy: 'Give a whole number from 1.',
    });
  if (problems.length > 0) throw invalid(problems);
  return release as number | undefined;
}

interface Needs {
  readonly store: Store;
  readonly audit: AuditService;
  readonly operations: OperationRecorder;
  readonly releases: ReleaseService;
  readonly preparation: SpecPreparation;
  readonly plugins: PluginHost;
}
