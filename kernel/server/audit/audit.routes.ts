import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { AnyObject, answers, Instant, Nullable, PageOf, PageQuery, pageRequest } from '../http/schemas.ts';
import type { AuditEntry } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';
import { mapPage } from '../store/page.ts';
import type { AuditService } from './audit.service.ts';

export const auditRoutes =
  (audit: AuditService): Routes =>
  (http) => {
    http.get(
      '/v1/audit',
      {
        config: { permission: 'audit.read' },
        schema: {
          summary: 'Who did what',
          tags: ['audit'],
          querystring: AuditQuery,
          response: answers(200, PageOf(AuditView)),
        },
      },
      async ({ authenticated, query }) => {
        const { tenant, subject } = query;
        const filter = { ...(tenant && { tenant: tenant as TenantId }), ...(subject && { subject }) };
        return mapPage(await audit.list(authenticated.actor, filter, pageRequest(query)), viewEntry);
      },
    );
  };

const AuditQuery = PageQuery({
  tenant: Type.Optional(Type.String({ maxLength: 100 })),
  subject: Type.Optional(Type.String({ maxLength: 200, description: 'Id of what it was done to.' })),
});

export const ActorView = Type.Object({
  kind: Type.Enum(['account', 'system', 'plugin']),
  id: Type.String(),
  name: Type.String(),
});

const AuditView = Type.Object({
  id: Type.String(),
  at: Instant,
  actor: ActorView,
  action: Type.String(),
  subject: Type.String(),
  tenant: Nullable(Type.String()),
  details: AnyObject,
});

function viewEntry({ id, at, actor, action, subject, tenant, details }: AuditEntry) {
  return { id, at: at.toISOString(), actor, action, subject, tenant: tenant ?? null, details };
}
