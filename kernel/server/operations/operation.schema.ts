import { Type } from '@freehold/sdk';
import { ActorView } from '../audit/audit.routes.ts';
import { AnyObject, Instant, Nullable } from '../http/schemas.ts';
import { type Operation, operationKinds, operationStates } from '../store/entities/index.ts';

export const OutcomeView = Type.Object({
  kind: Type.Enum(['inSync', 'retry', 'failed']),
  after: Type.Optional(Type.Number()),
  reason: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
});

export const ChangeView = Type.Object({
  resource: Type.String({ description: 'Type and id.' }),
  action: Type.Enum(['create', 'update', 'remove', 'run', 'reload', 'restart']),
  summary: Type.String(),
  diff: Type.Optional(Type.String({ description: 'Unified diff.' })),
});

const StepView = Type.Object({
  ...ChangeView.properties,
  state: Type.Enum(['done', 'failed', 'undone']),
  milliseconds: Type.Number(),
  output: Type.Optional(Type.String()),
});

const summary = {
  id: Type.String(),
  kind: Type.Enum([...operationKinds]),
  state: Type.Enum([...operationStates]),
  owner: Type.String({ description: 'app: and an id, or role: and a plugin.' }),
  node: Type.String(),
  app: Nullable(Type.String()),
  tenant: Nullable(Type.String()),
  revision: Nullable(Type.Integer()),
  generation: Nullable(Type.Integer()),
  actor: ActorView,
  request: AnyObject,
  inverse: Nullable(
    Type.Object({ kind: Type.String() }, { description: 'What undo would ask for; null when there is no way back.' }),
  ),
  outcome: Nullable(OutcomeView),
  output: Nullable(AnyObject),
  progress: Nullable(Type.Object({ done: Type.Number(), total: Type.Number(), message: Type.String() })),
  createdAt: Instant,
  startedAt: Nullable(Instant),
  finishedAt: Nullable(Instant),
};

export const OperationSummary = Type.Object(summary);
export const OperationView = Type.Object({ ...summary, steps: Type.Array(StepView) });
export const OperationDetailView = Type.Object({
  ...OperationView.properties,
  undoable: Type.Boolean({ description: 'Whether it can be taken back now: nothing was done with its owner since.' }),
});

export function viewOperationSummary(operation: Operation) {
  const { id, kind, state, owner, node, app, tenant, revision, generation, actor, request, inverse } = operation;
  return {
    ...{ id, kind, state, owner, node, actor, request },
    app: app ?? null,
    tenant: tenant ?? null,
    revision: revision ?? null,
    generation: generation ?? null,
    inverse: inverse ?? null,
    outcome: operation.outcome ?? null,
    output: operation.output ?? null,
    progress: operation.progress ?? null,
    createdAt: operation.createdAt.toISOString(),
    startedAt: operation.startedAt?.toISOString() ?? null,
    finishedAt: operation.finishedAt?.toISOString() ?? null,
  };
}

export function viewOperation(operation: Operation) {
  return { ...viewOperationSummary(operation), steps: [...operation.steps] };
}
