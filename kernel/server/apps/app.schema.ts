import { Type } from '@freehold/sdk';
import type { Drift } from '@freehold/sdk/protocol';
import { AnyObject, Instant, Nullable } from '../http/schemas.ts';
import type { App, Condition } from '../store/entities/index.ts';
import { Slug } from '../tenants/tenant.schema.ts';

export const AppName = Type.String({ ...Slug, title: 'Name' });

export const ConditionView = Type.Object({
  type: Type.String({ description: 'Ready, Drifted or NodeReachable.' }),
  status: Type.Enum(['True', 'False', 'Unknown']),
  reason: Type.String({ description: 'One word for programs.' }),
  message: Type.String(),
  lastTransitionAt: Instant,
});

const SuspensionView = Type.Object({
  reason: Type.Enum(['operator', 'billing', 'abuse']),
  note: Type.Optional(Type.String()),
  at: Instant,
});

/** What somebody changed by hand, as the last comparison of the node found it. */
export const DriftView = Type.Object({
  resource: Type.String(),
  summary: Type.String(),
  diff: Type.Optional(Type.String()),
  action: Type.Enum(['repaired', 'kept', 'failed']),
  message: Type.Optional(Type.String()),
});

export const LinkView = Type.Object({ title: Type.String(), url: Type.String() });

export const NoticeView = Type.Object({
  plugin: Type.String(),
  severity: Type.Enum(['info', 'warning', 'error']),
  message: Type.String(),
});

const fields = {
  id: Type.String(),
  tenant: Type.String(),
  type: Type.String(),
  name: AppName,
  node: Type.String(),
  spec: AnyObject,
  specVersion: Type.Integer(),
  generation: Type.Integer({ description: 'Grows by one with every change of the spec.' }),
  observedGeneration: Type.Integer({ description: 'The last one that the node reported in sync.' }),
  lifecycle: Type.Enum(['present', 'removed', 'purging']),
  suspended: Type.Array(SuspensionView, { description: 'Why it is suspended; empty when it is not.' }),
  release: Nullable(Type.Integer({ description: 'The release that is served.' })),
  links: Type.Array(LinkView),
  conditions: Type.Array(ConditionView),
  createdAt: Instant,
  updatedAt: Instant,
  removedAt: Nullable(Instant),
  purgeAfter: Nullable(Instant),
};

export const AppView = Type.Object(fields);
export const AppDetailView = Type.Object({
  ...fields,
  drift: Type.Array(DriftView),
  notices: Type.Array(NoticeView),
});

/** An app as it stands, with what its node has reported. */
export interface AppStatus {
  readonly app: App;
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  readonly drift: readonly Drift[];
}

export function viewApp({ app, observedGeneration, conditions }: AppStatus) {
  const { id, type, name, node, spec, specVersion, generation, lifecycle, suspended, release, links } = app;
  return {
    ...{ id, type, name, node, spec, specVersion, generation, lifecycle, links: [...links] },
    tenant: app.tenant.id,
    suspended: suspended.map(({ reason, note, at }) => ({ reason, at, ...(note !== undefined && { note }) })),
    observedGeneration,
    conditions: [...conditions],
    release: release ?? null,
    createdAt: app.createdAt.toISOString(),
    updatedAt: app.updatedAt.toISOString(),
    removedAt: app.removedAt?.toISOString() ?? null,
    purgeAfter: app.purgeAfter?.toISOString() ?? null,
  };
}
