import { SpecPreparation } from '../apps/spec-preparation.ts';
import { AuditService } from '../audit/audit.service.ts';
import type { Foundation, Get, Wiring } from '../composition.ts';
import type { Routes } from '../http/http.ts';
import { SettingService } from '../settings/setting.service.ts';
import { TenantService } from '../tenants/tenant.service.ts';
import { AppMeters } from '../usage/app-meters.ts';
import { MeasuredReports } from '../usage/measured-reports.ts';
import { usageRoutes } from '../usage/usage.routes.ts';
import { UsageService } from '../usage/usage.service.ts';
import { UsageRetention } from '../usage/usage-retention.ts';
import { assignmentRoutes } from './assignment.routes.ts';
import { AssignmentService } from './assignment.service.ts';
import { EntitlementService } from './entitlement.service.ts';
import { EntitlementCatalogue } from './entitlement-catalogue.ts';
import { packageRoutes } from './package.routes.ts';
import { PackageService } from './package.service.ts';
import { UsesCounting } from './uses-counting.ts';

/** Packages, what they entitle to, and what is used of it. */
export function composePackages({ store, clock, log, plugins }: Foundation, { get, provide }: Wiring): void {
  const catalogue = () => get(EntitlementCatalogue);
  const entitlements = () => get(EntitlementService);
  const people = () => ({ audit: get(AuditService), tenants: get(TenantService) });
  provide(EntitlementCatalogue, () => new EntitlementCatalogue(plugins));
  provide(
    EntitlementService,
    () => new EntitlementService({ clock, settings: get(SettingService), catalogue: catalogue() }),
  );
  provide(
    PackageService,
    () => new PackageService({ store, clock, ...people(), entitlements: entitlements(), catalogue: catalogue() }),
  );
  provide(
    AssignmentService,
    () =>
      new AssignmentService({
        ...{ store, clock, ...people(), packages: get(PackageService) },
        ...{ entitlements: entitlements(), catalogue: catalogue() },
      }),
  );
  provide(
    UsesCounting,
    () =>
      new UsesCounting({
        ...{ store, log, plugins, entitlements: entitlements() },
        preparation: get(SpecPreparation),
      }),
  );
  provide(AppMeters, () => new AppMeters({ plugins, clock, log }));
  provide(UsageRetention, () => new UsageRetention({ store, clock, catalogue: catalogue() }));
  provide(MeasuredReports, () => new MeasuredReports({ store, clock }));
  provide(
    UsageService,
    () =>
      new UsageService({
        ...{ store, clock, tenants: get(TenantService) },
        ...{ entitlements: entitlements(), catalogue: catalogue() },
      }),
  );
}

export function listPackageRoutes(get: Get): Routes[] {
  return [
    packageRoutes({ packages: get(PackageService), catalogue: get(EntitlementCatalogue) }),
    assignmentRoutes(get(AssignmentService)),
    usageRoutes(get(UsageService)),
  ];
}
