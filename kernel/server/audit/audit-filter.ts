import { Type } from '@freehold/sdk';
import { form } from '../schema/form.ts';

/** What entries of the audit log are looked for by. */
export interface AuditFilter {
  readonly tenant?: string;
  readonly subject?: string;
  /** Id of the account or token, also of one that acted as somebody else. */
  readonly actor?: string;
  /** `app.create`, or all of one kind: `app.*`. */
  readonly action?: string;
  readonly address?: string;
  readonly request?: string;
  /** ISO 8601. */
  readonly since?: string;
  readonly until?: string;
}

const Moment = (description: string) =>
  Type.String({
    maxLength: 40,
    pattern:
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$',
    ...form('Give a day or an instant: 2026-01-31 or 2026-01-31T12:00:00Z.'),
    description: `${description} A day or an instant, 2026-01-31 or 2026-01-31T12:00:00Z.`,
  });

export const auditFilterFields = {
  tenant: Type.Optional(Type.String({ maxLength: 100 })),
  subject: Type.Optional(Type.String({ maxLength: 200, description: 'Id of what it was done to.' })),
  actor: Type.Optional(
    Type.String({ maxLength: 100, description: 'Id of who did it, also of who acted as somebody else.' }),
  ),
  action: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: '^[a-z][A-Za-z0-9-]*[.](?:[A-Za-z0-9.-]+|[*])$',
      ...form('Give an action such as app.create, or app.* for everything that is done with apps.'),
      description: 'app.create, or app.* for everything that is done with apps.',
    }),
  ),
  address: Type.Optional(Type.String({ maxLength: 45, description: 'IP address that it came from.' })),
  request: Type.Optional(Type.String({ maxLength: 100, description: 'Id of the request.' })),
  since: Type.Optional(Moment('Not before.')),
  until: Type.Optional(Moment('Before.')),
};

/** Conditions of MikroORM's kind, all of which hold. */
export function conditionOf({ actor, action, address, request, since, until, ...same }: AuditFilter): object[] {
  const given = Object.entries(same).filter(([, value]) => value !== undefined);
  return [
    Object.fromEntries(given),
    actor === undefined ? {} : { $or: [{ actor: { id: actor } }, { actor: { impersonator: { id: actor } } }] },
    action === undefined ? {} : actionCondition(action),
    address === undefined ? {} : { actor: { address } },
    request === undefined ? {} : { actor: { requestId: request } },
    since === undefined ? {} : { at: { $gte: new Date(since) } },
    until === undefined ? {} : { at: { $lt: new Date(until) } },
  ].filter((condition) => Object.keys(condition).length > 0);
}

function actionCondition(action: string): object {
  return action.endsWith('.*') ? { action: { $like: `${action.slice(0, -1)}%` } } : { action };
}
