import { join } from 'node:path';
import { ENGINE_VERSION } from '@freehold/sdk';
import { AuthenticationService } from './accounts/authentication.service.ts';
import { UploadStore } from './apps/files/upload-store.ts';
import { AuditService } from './audit/audit.service.ts';
import { AuditSealer } from './audit/audit-sealer.ts';
import { type Bootstrap, bootstrap, consumeBootstrap } from './bootstrap.ts';
import { compose, type Foundation, type Get } from './composition.ts';
import { createExchangeApi } from './exchange/exchange.routes.ts';
import { ExchangeService } from './exchange/exchange.service.ts';
import { closeHttp, createApi } from './http/api.ts';
import type { Http } from './http/http.ts';
import { JobRunner } from './jobs/job-runner.ts';
import type { Log } from './log/logger.ts';
import { Metrics } from './metrics/metrics.ts';
import { EnrolmentService } from './nodes/enrolment.service.ts';
import { NodeService } from './nodes/node.service.ts';
import { panelRoutes } from './panel/panel.routes.ts';
import { createPluginHost } from './plugin-host/create-plugin-host.ts';
import type { PluginHost, PluginRecords } from './plugin-host/plugin-host.ts';
import { StoredPluginRecords } from './plugins/plugin-records.ts';
import { recordVersions } from './plugins/plugin-upgrade.ts';
import { listRoutes } from './routes.ts';
import { type Keyring, loadKeyring } from './secrets/keyring.ts';
import { SettingService } from './settings/setting.service.ts';
import { Notifications } from './store/notifications.ts';
import { Store } from './store/store.ts';
import { type Clock, systemClock } from './time/clock.ts';
import { WebhookDirectory } from './webhooks/webhook-directory.ts';

export interface ServerOptions {
  /** The server's own folder: uploads, and unless it is given the key. */
  readonly folder: string;
  /** Folders whose folders are plugins. */
  readonly pluginFolders: readonly string[];
  readonly log: Log;
  /** Connection string of the database, or a store that is open. One that is given is migrated and is not closed. */
  readonly database: string | Store;
  /** Default: the file `secret.key` in the folder. */
  readonly keyring?: Keyring;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: the real one, on the plugin folders. */
  readonly createPlugins?: (records: PluginRecords) => PluginHost;
  /** Default 30 s. */
  readonly uploadPatience?: number;
  /** Proxies whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: readonly string[];
  /** Networks that webhooks may be sent to although they are not on the internet. Default: none. */
  readonly webhookNetworks?: readonly string[];
  /** Where the server answers, without a slash at the end. Default: the usual port of this machine. */
  readonly address?: string;
  /** Whether the rate limits count. Default true. A test whose clock stands still would reach all of them. */
  readonly counting?: boolean;
  /** Where the built panel is. Left out: there is none at the address of the API. */
  readonly panelFolder?: string;
}

/** A server that has its database and its plugins. It answers nobody as long as nobody asks for one of its APIs. */
export interface Server {
  readonly foundation: Foundation;
  /** Gives a service by its class. */
  readonly get: Get;
  /** What agents talk to. */
  readonly exchange: ExchangeService;
  readonly enrolment: EnrolmentService;
  /** Starts the background jobs. */
  startJobs(): Promise<void>;
  /** The API for people and programs. Made at the first call. */
  api(): Promise<Http>;
  /** The API for agents. Made at the first call. */
  exchangeApi(): Promise<Http>;
  /** Makes administrator and node if they are missing. */
  bootstrap(wish: Bootstrap): Promise<void>;
  /** The same with what is in a file, if it is there; the file is deleted. */
  consumeBootstrap(path: string): Promise<void>;
  /** Lets nobody wait any more, ends what runs, and closes what this server opened. */
  stop(): Promise<void>;
}

export async function createServer(options: ServerOptions): Promise<Server> {
  const stopping = new AbortController();
  const foundation = await layFoundation(options, stopping.signal);
  const get = compose(foundation);
  const held = { stopping, ownsStore: typeof options.database === 'string', options };
  const server = assemble(foundation, get, held);
  try {
    await foundation.plugins.load();
    await recordVersions(foundation);
    await get(WebhookDirectory).load();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function layFoundation(options: ServerOptions, stopping: AbortSignal): Promise<Foundation> {
  const { folder, database, log, pluginFolders, clock = systemClock, uploadPatience = 30_000 } = options;
  const { webhookNetworks = [], address = 'http://127.0.0.1:8600' } = options;
  const uploads = new UploadStore(join(folder, 'uploads'));
  const [store, keyring] = await Promise.all([
    openStore(database),
    options.keyring ?? loadKeyring(join(folder, 'secret.key')),
    uploads.open(),
  ]);
  const notifications = new Notifications(store.pool, log);
  await notifications.open();
  const records = new StoredPluginRecords({ store, clock });
  const create =
    options.createPlugins ??
    (() => createPluginHost({ folders: pluginFolders, engineVersion: ENGINE_VERSION, records, clock, log }));
  return {
    folder,
    store,
    clock,
    log,
    keyring,
    notifications,
    uploads,
    stopping,
    uploadPatience,
    webhookNetworks,
    address,
    plugins: create(records),
  };
}

/** The queue's tables are there before the first event is written: its jobs go into them. */
async function openStore(database: string | Store): Promise<Store> {
  if (typeof database !== 'string') return database;
  const store = await Store.open({ url: database });
  await store.migrate();
  return store;
}

interface Held {
  readonly stopping: AbortController;
  readonly ownsStore: boolean;
  readonly options: ServerOptions;
}

function assemble(foundation: Foundation, get: Get, { stopping, ownsStore, options }: Held): Server {
  const { store, clock, log, keyring, notifications, plugins } = foundation;
  const apis: Promise<Http>[] = [];
  const once = (make: () => Promise<Http>) => {
    let made: Promise<Http> | undefined;
    return () => {
      if (made) return made;
      made = make();
      apis.push(made);
      return made;
    };
  };
  const bootstrapNeeds = () => ({
    ...{ store, clock, audit: get(AuditService) },
    ...{ nodes: get(NodeService), settings: get(SettingService) },
  });
  return {
    foundation,
    get,
    exchange: get(ExchangeService),
    enrolment: get(EnrolmentService),
    async startJobs() {
      get(AuditSealer).start();
      await get(JobRunner).start();
    },
    api: once(() => {
      const { panelFolder, trustedProxies = [], counting = true } = options;
      const needs = {
        ...{ log, store, clock, keyring, trustedProxies, counting },
        ...{ settings: get(SettingService), metrics: get(Metrics), authentication: get(AuthenticationService) },
      };
      const panel = panelFolder === undefined ? [] : [panelRoutes(panelFolder)];
      return createApi(needs, [...listRoutes(foundation, get), ...panel]);
    }),
    exchangeApi: once(() =>
      createExchangeApi({ log, exchange: get(ExchangeService), enrolment: get(EnrolmentService) }),
    ),
    bootstrap: (wish) => bootstrap(wish, bootstrapNeeds()),
    consumeBootstrap: (path) => consumeBootstrap(path, bootstrapNeeds()),
    async stop() {
      stopping.abort();
      await Promise.all(apis.map(async (api) => closeHttp(await api)));
      await get(JobRunner).stop();
      await get(AuditSealer).stop();
      await plugins.close();
      await notifications.close();
      if (ownsStore) await store.close();
    },
  };
}
