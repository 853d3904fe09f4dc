import { AccessTokens } from '../accounts/access-tokens/access-tokens.ts';
import { PasswordPolicy } from '../accounts/passwords/password-policy.ts';
import { PasswordWork } from '../accounts/passwords/password-work.ts';
import { SignInHistory } from '../accounts/sessions/sign-in-history.ts';
import { TokenService } from '../accounts/token.service.ts';
import { AppLifecycle } from '../apps/app-lifecycle.ts';
import { AppRecorder } from '../apps/app-recorder.ts';
import { AuditService } from '../audit/audit.service.ts';
import type { Foundation, Get, Wiring } from '../composition.ts';
import type { Routes } from '../http/http.ts';
import { impersonationRoutes } from '../impersonation/impersonation.routes.ts';
import { ImpersonationService } from '../impersonation/impersonation.service.ts';
import { AcceptanceService } from '../invitations/acceptance.service.ts';
import { invitationRoutes } from '../invitations/invitation.routes.ts';
import { InvitationService } from '../invitations/invitation.service.ts';
import { Mailer } from '../mail/mailer.ts';
import { SettingService } from '../settings/setting.service.ts';
import { TenantService } from '../tenants/tenant.service.ts';
import { tenantLifeRoutes } from '../tenants/tenant-life.routes.ts';
import { TenantRemovalService } from '../tenants/tenant-removal.service.ts';
import { TenantSettlement } from '../tenants/tenant-settlement.ts';
import { TenantSuspensionService } from '../tenants/tenant-suspension.service.ts';
import { membershipRoutes } from './membership.routes.ts';
import { MembershipService } from './membership.service.ts';
import { permissionRoutes } from './permission.routes.ts';
import { listPluginPermissions } from './plugin-permissions.ts';

/** Who has access to what, and what becomes of tenants. */
export function composeAccess(foundation: Foundation, wiring: Wiring): void {
  composePeople(foundation, wiring);
  composeTenantLife(foundation, wiring);
}

/** The routes of it. */
export function listAccessRoutes({ plugins }: Pick<Foundation, 'plugins'>, get: Get): Routes[] {
  return [
    permissionRoutes(listPluginPermissions(plugins)),
    membershipRoutes(get(MembershipService)),
    invitationRoutes({ invitations: get(InvitationService), acceptance: get(AcceptanceService) }),
    impersonationRoutes(get(ImpersonationService)),
    tenantLifeRoutes({ suspensions: get(TenantSuspensionService), removals: get(TenantRemovalService) }),
  ];
}

function composePeople({ store, clock, plugins: host }: Foundation, { get, provide }: Wiring): void {
  const plugins = listPluginPermissions(host);
  const basis = () => ({ store, clock, plugins, audit: get(AuditService), tenants: get(TenantService) });
  provide(TokenService, () => new TokenService(basis()));
  provide(MembershipService, () => new MembershipService(basis()));
  provide(InvitationService, () => new InvitationService({ ...basis(), mailer: get(Mailer) }));
  provide(
    AcceptanceService,
    () =>
      new AcceptanceService({
        ...{ store, clock, audit: get(AuditService) },
        ...{ policy: get(PasswordPolicy), passwords: get(PasswordWork) },
      }),
  );
  provide(
    ImpersonationService,
    () => new ImpersonationService({ ...basis(), tokens: get(AccessTokens), history: get(SignInHistory) }),
  );
}

function composeTenantLife({ store, clock }: Foundation, { get, provide }: Wiring): void {
  const basis = () => ({ store, clock, audit: get(AuditService), tenants: get(TenantService) });
  provide(TenantSuspensionService, () => new TenantSuspensionService({ ...basis(), mailer: get(Mailer) }));
  provide(
    TenantRemovalService,
    () => new TenantRemovalService({ ...basis(), settings: get(SettingService), lifecycle: get(AppLifecycle) }),
  );
  provide(TenantSettlement, () => new TenantSettlement({ store, recorder: get(AppRecorder) }));
}
