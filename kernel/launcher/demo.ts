import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createColors } from 'picocolors';
import { ApiClient } from '../cli/api-client.ts';
import type { App, Operation, Tenant } from '../cli/api-types.ts';
import { listFiles } from '../cli/deploy/list-files.ts';
import { packFiles } from '../cli/deploy/pack-files.ts';
import { followOperation } from '../cli/follow-operation.ts';
import { operationFailed } from '../cli/run-operation.ts';
import type { Home } from './home.ts';
import { loadState, saveState } from './state-file.ts';
import type { Step } from './steps.ts';

export interface Demo {
  readonly app: string;
  readonly url: string;
}

export interface DemoWork {
  /** Signed in as the administrator. */
  readonly admin: ApiClient;
  readonly home: Home;
  readonly checkout: string;
  readonly httpPort: number;
  readonly step: Step;
  readonly stop: AbortSignal;
}

const TENANT = { name: 'Demo customer', slug: 'demo-customer' };
const NAME = 'demo';
/** `localhost` works with every program; `demo.localhost` only where the system resolves names below it. */
const HOSTNAMES = ['localhost', 'demo.localhost'];

/** The demo website of an installation that has one; undefined after somebody removed it. Never made again. */
export async function findDemo(home: Home, admin: ApiClient, httpPort: number): Promise<Demo | undefined> {
  const { demo } = await loadState(home);
  const app = demo ? await admin.loadApp(demo).catch(() => undefined) : undefined;
  return app?.lifecycle === 'present' ? { app: app.id, url: addressOf(httpPort) } : undefined;
}

/** Whether there is or was one: what somebody removed does not come back. */
export async function hadDemo(home: Home): Promise<boolean> {
  return (await loadState(home)).demo !== undefined;
}

/** Visits the website until it answers as it should, or for a while; gives the last status, 0 for no answer. */
export async function visit({ url }: Demo, stop: AbortSignal, patience = 5_000): Promise<number> {
  for (const deadline = Date.now() + patience; ; await delay(100, undefined, { signal: stop })) {
    const status = await fetch(url, { signal: AbortSignal.timeout(patience) }).then(
      (answer) => answer.body?.cancel().then(() => answer.status),
      () => 0,
    );
    if (status === 200 || Date.now() > deadline) return status ?? 0;
  }
}

/** Makes a customer and a PHP website of hers, with the customer's own token. Goes on where a start was cut off. */
export async function createDemo(work: DemoWork): Promise<Demo> {
  const { admin, home, httpPort, step } = work;
  step.update('making a customer');
  const tenant = await ensureTenant(admin);
  const token = await admin.createToken(tenant.id, { name: 'freehold start' });
  const customer = new ApiClient({ api: admin.api, token: token.token ?? '' });
  try {
    const app = await ensureApp(customer, work);
    if (app.release === null) await deployDemo(customer, app, work);
    await saveState(home, { demo: app.id });
    return { app: app.id, url: addressOf(httpPort) };
  } finally {
    await admin.revokeToken(tenant.id, token.id).catch(() => {});
  }
}

function addressOf(httpPort: number): string {
  return `http://localhost${httpPort === 80 ? '' : `:${httpPort}`}/`;
}

async function ensureTenant(admin: ApiClient): Promise<Tenant> {
  const found = (await admin.listTenants()).find(({ slug }) => slug === TENANT.slug);
  return found ?? admin.createTenant({ ...TENANT, kind: 'customer' });
}

async function ensureApp(customer: ApiClient, work: DemoWork): Promise<App> {
  const [found] = await customer.listApps({ name: NAME, lifecycle: 'present' });
  if (found) return found;
  work.step.update('making the website');
  const { operation, ...app } = await customer.createApp({
    type: 'php-site',
    name: NAME,
    spec: { hostnames: HOSTNAMES },
  });
  await settle(customer, operation, work);
  return app;
}

async function deployDemo(customer: ApiClient, app: App, work: DemoWork): Promise<void> {
  work.step.update('deploying its files');
  const listing = await listFiles(join(work.checkout, 'examples/demo-php'));
  const { operation } = await customer.deploy(app.id, { archive: packFiles(listing), signal: work.stop });
  await settle(customer, operation, work);
}

async function settle(customer: ApiClient, operation: Operation, { step, stop }: DemoWork): Promise<void> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(120_000)]);
  const ended = await followOperation(customer, operation, { signal, onProgress: (text) => step.update(text) });
  stop.throwIfAborted();
  if (ended.state !== 'succeeded' && ended.state !== 'superseded') throw operationFailed(ended, createColors(false));
}
