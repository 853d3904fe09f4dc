import 'reflect-metadata';
import { type DependencyContainer, instanceCachingFactory, container as root } from 'tsyringe';
import { composeAccess } from './access/compose.ts';
import { AccountCleaning } from './accounts/account-cleaning.ts';
import { composeAccounts } from './accounts/compose.ts';
import { PasswordResetService } from './accounts/registration/password-reset.service.ts';
import { ActionService } from './apps/action.service.ts';
import { AppService } from './apps/app.service.ts';
import { AppChanges } from './apps/app-changes.ts';
import { AppCreation } from './apps/app-creation.ts';
import { AppLifecycle } from './apps/app-lifecycle.ts';
import { AppRecorder } from './apps/app-recorder.ts';
import type { UploadStore } from './apps/files/upload-store.ts';
import { AppList } from './apps/list/app-list.ts';
import { LogService } from './apps/log.service.ts';
import { Placement } from './apps/placement.ts';
import { PlanService } from './apps/plan.service.ts';
import { ReleaseService } from './apps/release.service.ts';
import { SpecPreparation } from './apps/spec-preparation.ts';
import { AuditService } from './audit/audit.service.ts';
import { AuditRetention } from './audit/audit-retention.ts';
import { composeAudit } from './audit/compose.ts';
import { DomainService } from './domains/domain.service.ts';
import { EventLog } from './events/event-log.ts';
import { EventStream } from './events/event-stream.ts';
import { ActionWorkService } from './exchange/action-work.ts';
import { AppliedReports } from './exchange/applied-report.ts';
import { ApplyWorkService } from './exchange/apply-work.ts';
import { DocumentService } from './exchange/document.service.ts';
import { ExchangeService } from './exchange/exchange.service.ts';
import { LogWorkService } from './exchange/log-work.ts';
import { PlanWorkService } from './exchange/plan-work.ts';
import { ReportService } from './exchange/report.service.ts';
import { AcceptanceService } from './invitations/acceptance.service.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { BackgroundTasks } from './jobs/tasks.ts';
import type { Log } from './log/logger.ts';
import { composeMail } from './mail/compose.ts';
import { MailDelivery } from './mail/mail-delivery.ts';
import { composeMetrics } from './metrics/compose.ts';
import { Metrics } from './metrics/metrics.ts';
import { EnrolmentService } from './nodes/enrolment.service.ts';
import { NodeService } from './nodes/node.service.ts';
import { NodePluginService } from './nodes/node-plugin.service.ts';
import { QuestionService } from './nodes/question.service.ts';
import { LogFollower } from './operations/log-follower.ts';
import { OperationService } from './operations/operation.service.ts';
import { OperationRecorder } from './operations/operation-recorder.ts';
import { UndoService } from './operations/undo.service.ts';
import { composePackages } from './packages/compose.ts';
import { EntitlementService } from './packages/entitlement.service.ts';
import { UsesCounting } from './packages/uses-counting.ts';
import type { PluginHost } from './plugin-host/plugin-host.ts';
import { PluginService } from './plugins/plugin.service.ts';
import type { Keyring } from './secrets/keyring.ts';
import { SecretService } from './secrets/secret.service.ts';
import { composeSettings } from './settings/compose.ts';
import { SettingService } from './settings/setting.service.ts';
import type { Notifications } from './store/notifications.ts';
import type { Store } from './store/store.ts';
import { TenantService } from './tenants/tenant.service.ts';
import { TenantRemovalService } from './tenants/tenant-removal.service.ts';
import { TenantSettlement } from './tenants/tenant-settlement.ts';
import type { Clock } from './time/clock.ts';
import { AppMeters } from './usage/app-meters.ts';
import { MeasuredReports } from './usage/measured-reports.ts';
import { UsageRetention } from './usage/usage-retention.ts';
import { composeWebhooks } from './webhooks/compose.ts';
import { WebhookDeliveries } from './webhooks/webhook-deliveries.ts';
import { WebhookDirectory } from './webhooks/webhook-directory.ts';

/** What everything else is made of. Tests give their own clock and plugins. */
export interface Foundation {
  /** The server's own. */
  readonly folder: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly notifications: Notifications;
  readonly uploads: UploadStore;
  readonly plugins: PluginHost;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
  /** Milliseconds without a byte after which an upload is given up. */
  readonly uploadPatience: number;
  /** Where the server answers: for links as long as nobody has set its public address. */
  readonly address: string;
  /** Networks that webhooks may be sent to although they are not on the internet. */
  readonly webhookNetworks: readonly string[];
}

type Token<T> = new (...args: never[]) => T;

/** Gives the one instance of a service. */
export type Get = <T>(token: Token<T>) => T;

/** How each service is made. Nothing is made before somebody asks for it. */
export function compose(foundation: Foundation): Get {
  const container = root.createChildContainer();
  const get: Get = (token) => container.resolve(token as never);
  const provide = makeProvide(container);
  composeTenants(foundation, { get, provide });
  composeAccounts(foundation, { get, provide });
  composeAccess(foundation, { get, provide });
  composeSettings(foundation, { get, provide });
  composeAudit(foundation, { get, provide });
  composeMail(foundation, { get, provide });
  composePackages(foundation, { get, provide });
  composeApps(foundation, { get, provide });
  composeNodes(foundation, { get, provide });
  composeExchange(foundation, { get, provide });
  composeOperations(foundation, { get, provide });
  composeMetrics(foundation, { get, provide });
  composeWebhooks(foundation, { get, provide });
  return get;
}

export interface Wiring {
  readonly get: Get;
  readonly provide: <T>(token: Token<T>, make: () => T) => void;
}

function makeProvide(container: DependencyContainer): Wiring['provide'] {
  return (token, make) => {
    container.register(token as never, { useFactory: instanceCachingFactory(make) });
  };
}

function composeTenants({ store, clock, keyring, plugins }: Foundation, { get, provide }: Wiring): void {
  provide(SecretService, () => new SecretService({ keyring, clock }));
  provide(TenantService, () => new TenantService({ store, clock, audit: get(AuditService) }));
  provide(DomainService, () => new DomainService({ clock }));
  provide(PluginService, () => new PluginService({ store, plugins, audit: get(AuditService) }));
}

function composeApps(foundation: Foundation, { get, provide }: Wiring): void {
  const { store, clock, plugins, keyring, uploads, uploadPatience } = foundation;
  const preparation = () => get(SpecPreparation);
  const recorder = () => get(AppRecorder);
  const domains = () => get(DomainService);
  provide(SpecPreparation, () => new SpecPreparation({ plugins, tools: { plugins, keyring } }));
  provide(Placement, () => new Placement({ store, plugins }));
  provide(
    AppRecorder,
    () =>
      new AppRecorder({ clock, operations: get(OperationRecorder), audit: get(AuditService), events: get(EventLog) }),
  );
  provide(AppList, () => new AppList({ store, clock }));
  provide(AppService, () => new AppService({ store, clock, plugins }));
  provide(
    AppCreation,
    () =>
      new AppCreation({
        ...{ store, clock, plugins, domains: domains(), preparation: preparation(), recorder: recorder() },
        ...{ tenants: get(TenantService), placement: get(Placement), entitlements: get(EntitlementService) },
      }),
  );
  provide(
    AppChanges,
    () =>
      new AppChanges({
        ...{ store, plugins, domains: domains(), preparation: preparation(), recorder: recorder() },
        entitlements: get(EntitlementService),
      }),
  );
  provide(
    AppLifecycle,
    () =>
      new AppLifecycle({
        ...{ store, clock, plugins, domains: domains(), preparation: preparation(), recorder: recorder() },
        settings: get(SettingService),
        entitlements: get(EntitlementService),
      }),
  );
  provide(
    ReleaseService,
    () =>
      new ReleaseService({
        ...{ store, clock, uploads, uploadPatience, preparation: preparation(), recorder: recorder() },
        entitlements: get(EntitlementService),
      }),
  );
  provide(
    ActionService,
    () =>
      new ActionService({
        ...{ store, plugins, audit: get(AuditService), operations: get(OperationRecorder) },
        ...{ releases: get(ReleaseService), preparation: preparation() },
      }),
  );
  provide(
    PlanService,
    () =>
      new PlanService({
        ...{ store, plugins, preparation: preparation() },
        ...{ changes: get(AppChanges), questions: get(QuestionService) },
      }),
  );
  provide(LogService, () => new LogService({ store, questions: get(QuestionService) }));
}

function composeNodes({ store, clock, plugins, notifications, stopping }: Foundation, { get, provide }: Wiring): void {
  const audit = () => get(AuditService);
  provide(QuestionService, () => new QuestionService({ store, clock, notifications, stopping }));
  provide(NodeService, () => new NodeService({ store, clock, audit: audit(), questions: get(QuestionService) }));
  provide(EnrolmentService, () => new EnrolmentService({ store, clock, audit: audit() }));
  provide(
    NodePluginService,
    () =>
      new NodePluginService({
        ...{ store, clock, plugins, audit: audit(), nodes: get(NodeService) },
        ...{ operations: get(OperationRecorder), questions: get(QuestionService) },
      }),
  );
}

function composeExchange(foundation: Foundation, { get, provide }: Wiring): void {
  const { store, clock, log, plugins, keyring, notifications, uploads, stopping } = foundation;
  const tools = { plugins, keyring };
  const secrets = () => get(SecretService);
  const operations = () => get(OperationRecorder);
  const events = () => get(EventLog);
  const documents = () => get(DocumentService);
  provide(DocumentService, () => new DocumentService({ plugins, tools, secrets: secrets() }));
  provide(
    ApplyWorkService,
    () =>
      new ApplyWorkService({
        store,
        clock,
        plugins,
        documents: documents(),
        operations: operations(),
        events: events(),
      }),
  );
  provide(PlanWorkService, () => new PlanWorkService({ store, plugins, documents: documents() }));
  provide(
    ActionWorkService,
    () => new ActionWorkService({ store, plugins, tools, secrets: secrets(), operations: operations() }),
  );
  provide(LogWorkService, () => new LogWorkService({ store, clock }));
  provide(
    AppliedReports,
    () =>
      new AppliedReports({
        ...{ store, clock, plugins, secrets: secrets(), operations: operations() },
        ...{ events: events(), meters: get(AppMeters) },
      }),
  );
  provide(
    ReportService,
    () =>
      new ReportService({
        ...{ store, clock, secrets: secrets(), operations: operations() },
        ...{ applied: get(AppliedReports), measured: get(MeasuredReports) },
      }),
  );
  provide(
    ExchangeService,
    () =>
      new ExchangeService({
        ...{ store, clock, log, notifications, stopping, uploads },
        ...{ settings: get(SettingService), reports: get(ReportService), applies: get(ApplyWorkService) },
        ...{ actions: get(ActionWorkService), plans: get(PlanWorkService), logs: get(LogWorkService) },
      }),
  );
}

function composeOperations(foundation: Foundation, { get, provide }: Wiring): void {
  const { store, clock, log, plugins, notifications, uploads, stopping } = foundation;
  provide(
    EventLog,
    () =>
      new EventLog({
        clock,
        subscribers: (type) => plugins.hooks.subscribers(type),
        webhooks: get(WebhookDirectory),
      }),
  );
  provide(EventStream, () => new EventStream({ store, notifications, stopping }));
  provide(OperationRecorder, () => new OperationRecorder({ clock, events: get(EventLog), metrics: get(Metrics) }));
  provide(OperationService, () => new OperationService({ store }));
  provide(LogFollower, () => new LogFollower({ store, notifications, stopping }));
  provide(
    UndoService,
    () =>
      new UndoService({
        ...{ store, clock, service: get(OperationService), operations: get(OperationRecorder) },
        ...{ recorder: get(AppRecorder), changes: get(AppChanges), lifecycle: get(AppLifecycle) },
        ...{ releases: get(ReleaseService), actions: get(ActionService) },
      }),
  );
  provide(
    BackgroundTasks,
    () =>
      new BackgroundTasks({
        ...{ store, clock, plugins, uploads, lifecycle: get(AppLifecycle) },
        ...{ settlement: get(TenantSettlement), removals: get(TenantRemovalService), counting: get(UsesCounting) },
        forgetting: [
          () => get(UsageRetention).clean(),
          () => get(AcceptanceService).clean(),
          () => get(MailDelivery).clean(),
          () => get(AuditRetention).clean(),
          () => get(AccountCleaning).clean(),
        ],
      }),
  );
  provide(
    JobRunner,
    () =>
      new JobRunner({
        store,
        log,
        plugins,
        tasks: get(BackgroundTasks),
        webhooks: get(WebhookDeliveries),
        mails: get(MailDelivery),
        resets: get(PasswordResetService),
        metrics: get(Metrics),
      }),
  );
}
