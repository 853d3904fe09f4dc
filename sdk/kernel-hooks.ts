import { defineHook } from './hook.ts';
import { Fields, Type } from './schema.ts';

/** Every point where a plugin may step into the kernel's own work. */

const Actor = Fields({
  kind: Type.Enum(['account', 'system', 'plugin']),
  /** Id of the account or of the plugin; `kernel` for the kernel itself. */
  id: Type.String(),
});
const AppRef = {
  id: Type.String(),
  tenant: Type.String(),
  type: Type.String(),
  name: Type.String(),
};
const Spec = Type.Record(Type.String(), Type.Unknown());

/** Asked when a tenant wants a new app, after its spec was checked. A refusal is the answer the tenant gets. */
export const appBeforeCreate = defineHook({
  id: 'app.beforeCreate',
  kind: 'gate',
  version: 1,
  input: Fields({
    actor: Actor,
    app: Fields({ tenant: Type.String(), type: Type.String(), name: Type.String(), spec: Spec }),
  }),
});

/** Asked before a changed spec is stored. A refusal leaves the app as it is. */
export const appBeforeChange = defineHook({
  id: 'app.beforeChange',
  kind: 'gate',
  version: 1,
  input: Fields({ actor: Actor, app: Fields({ ...AppRef, before: Spec, after: Spec }) }),
});

/** Asked before an app goes to the trash. A refusal keeps it. */
export const appBeforeRemove = defineHook({
  id: 'app.beforeRemove',
  kind: 'gate',
  version: 1,
  input: Fields({ actor: Actor, app: Fields(AppRef) }),
});

/**
 * Amends the spec of a new or changed app before it is checked. What it returns is checked against the app
 * type's schema after each tap; a tap may set what the tenant left open, and not what the schema does not know.
 */
export const appSpec = defineHook({
  id: 'app.spec',
  kind: 'filter',
  version: 1,
  input: Fields({ tenant: Type.String(), type: Type.String(), spec: Spec }),
});

/** Asked for the node of a new app whose creator named none. Answer one of the candidates' ids, or nothing. */
export const appPlacement = defineHook({
  id: 'app.placement',
  kind: 'first',
  version: 1,
  input: Fields({
    tenant: Type.String(),
    type: Type.String(),
    candidates: Type.Array(Fields({ id: Type.String(), name: Type.String(), apps: Type.Integer() })),
  }),
  output: Type.String(),
});

/** Adds lines that the people who look at an app should read: what is about to expire, what needs attention. */
export const appNotices = defineHook({
  id: 'app.notices',
  kind: 'collect',
  version: 1,
  input: Fields({ app: Fields({ ...AppRef, spec: Spec }) }),
  output: Fields({ severity: Type.Enum(['info', 'warning', 'error']), message: Type.String({ maxLength: 1000 }) }),
});

const AppEvent = Fields({ app: Fields(AppRef), actor: Actor });

/** Told when an app exists in the installation; its node has not made it yet. */
export const appCreated = defineHook({ id: 'app.created', kind: 'event', version: 1, input: AppEvent });
/** Told when what a tenant wants of an app has changed: its spec, its files. */
export const appChanged = defineHook({ id: 'app.changed', kind: 'event', version: 1, input: AppEvent });
/** Told when an app was suspended. */
export const appSuspended = defineHook({ id: 'app.suspended', kind: 'event', version: 1, input: AppEvent });
/** Told when the last reason for an app's suspension is gone. */
export const appResumed = defineHook({ id: 'app.resumed', kind: 'event', version: 1, input: AppEvent });
/** Told when an app went to the trash. */
export const appRemoved = defineHook({ id: 'app.removed', kind: 'event', version: 1, input: AppEvent });
/** Told when an app came back from the trash. */
export const appRestored = defineHook({ id: 'app.restored', kind: 'event', version: 1, input: AppEvent });
/** Told when an app and its data are gone for good. */
export const appPurged = defineHook({ id: 'app.purged', kind: 'event', version: 1, input: AppEvent });
/** Told when one of an app's conditions changed its status. */
export const appConditionChanged = defineHook({
  id: 'app.conditionChanged',
  kind: 'event',
  version: 1,
  input: Fields({
    app: Fields(AppRef),
    condition: Fields({
      type: Type.String(),
      status: Type.Enum(['True', 'False', 'Unknown']),
      reason: Type.String(),
      message: Type.String(),
    }),
  }),
});
/** Told when an operation has ended, however it ended. */
export const operationFinished = defineHook({
  id: 'operation.finished',
  kind: 'event',
  version: 1,
  input: Fields({
    operation: Fields({
      id: Type.String(),
      kind: Type.String(),
      state: Type.Enum(['succeeded', 'failed', 'superseded', 'cancelled']),
      app: Type.Optional(Type.String()),
      node: Type.Optional(Type.String()),
    }),
  }),
});
