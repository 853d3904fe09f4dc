import { listAccessRoutes } from './access/compose.ts';
import { tokenRoutes } from './accounts/account.routes.ts';
import { listAccountRoutes } from './accounts/routes.ts';
import { TokenService } from './accounts/token.service.ts';
import { ActionService } from './apps/action.service.ts';
import { appRoutes } from './apps/app.routes.ts';
import { AppService } from './apps/app.service.ts';
import { AppChanges } from './apps/app-changes.ts';
import { AppCreation } from './apps/app-creation.ts';
import { AppLifecycle } from './apps/app-lifecycle.ts';
import { appPartRoutes } from './apps/app-parts.routes.ts';
import { AppList } from './apps/list/app-list.ts';
import { LogService } from './apps/log.service.ts';
import { PlanService } from './apps/plan.service.ts';
import { releaseRoutes } from './apps/release.routes.ts';
import { ReleaseService } from './apps/release.service.ts';
import { auditRoutes } from './audit/audit.routes.ts';
import { AuditService } from './audit/audit.service.ts';
import type { Foundation, Get } from './composition.ts';
import { eventRoutes } from './events/event.routes.ts';
import { EventStream } from './events/event-stream.ts';
import { healthRoutes } from './http/health.routes.ts';
import type { Routes } from './http/http.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { brandRoutes } from './mail/brand.routes.ts';
import { BrandService } from './mail/brand.service.ts';
import { mailRoutes } from './mail/mail.routes.ts';
import { MailService } from './mail/mail.service.ts';
import { metricsRoutes } from './metrics/metrics.routes.ts';
import { Metrics } from './metrics/metrics.ts';
import { nodeRoutes } from './nodes/node.routes.ts';
import { NodeService } from './nodes/node.service.ts';
import { NodePluginService } from './nodes/node-plugin.service.ts';
import { LogFollower } from './operations/log-follower.ts';
import { operationRoutes } from './operations/operation.routes.ts';
import { OperationService } from './operations/operation.service.ts';
import { UndoService } from './operations/undo.service.ts';
import { listPackageRoutes } from './packages/compose.ts';
import { appTypeRoutes, pluginRoutes } from './plugins/plugin.routes.ts';
import { PluginService } from './plugins/plugin.service.ts';
import { settingRoutes } from './settings/setting.routes.ts';
import { SettingAdministration } from './settings/setting-administration.ts';
import { tenantRoutes } from './tenants/tenant.routes.ts';
import { TenantService } from './tenants/tenant.service.ts';
import { webhookRoutes } from './webhooks/webhook.routes.ts';
import { WebhookService } from './webhooks/webhook.service.ts';

/** Every route of the API, noun by noun. */
export function listRoutes({ store, clock, stopping, plugins: host }: Foundation, get: Get): Routes[] {
  const plugins = get(PluginService);
  const operations = get(OperationService);
  const apps = get(AppService);
  const audit = get(AuditService);
  return [
    healthRoutes({ store, stopping }),
    metricsRoutes(get(Metrics)),
    webhookRoutes(get(WebhookService)),
    ...listAccountRoutes({ clock }, get),
    tenantRoutes(get(TenantService)),
    tokenRoutes(get(TokenService)),
    ...listAccessRoutes({ plugins: host }, get),
    ...listPackageRoutes(get),
    appTypeRoutes(plugins),
    appRoutes({
      ...{ apps, list: get(AppList), creation: get(AppCreation), changes: get(AppChanges) },
      ...{ lifecycle: get(AppLifecycle), plans: get(PlanService) },
    }),
    appPartRoutes({ apps, operations, actions: get(ActionService), logs: get(LogService) }),
    releaseRoutes(get(ReleaseService)),
    nodeRoutes({ clock, nodes: get(NodeService), nodePlugins: get(NodePluginService) }),
    pluginRoutes({ plugins, jobs: get(JobRunner) }),
    operationRoutes({ operations, undo: get(UndoService), follower: get(LogFollower) }),
    eventRoutes({ store, stream: get(EventStream) }),
    auditRoutes(audit),
    mailRoutes(get(MailService)),
    brandRoutes(get(BrandService)),
    settingRoutes(get(SettingAdministration)),
  ];
}
