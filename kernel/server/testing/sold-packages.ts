import type { Caller, TestServer } from './test-server.ts';

type Contents = { limits?: Record<string, number | null>; features?: Record<string, unknown> };

export async function newPackage({ admin }: TestServer, name: string, contents: Contents, more: object = {}) {
  const { status, body } = await admin('POST', '/v1/packages', { name, ...contents, ...more });
  if (status !== 201) throw new Error(body.detail);
  return body.id as string;
}

export function assign(caller: Caller, tenant: string, packages: readonly object[], more: object = {}) {
  return caller('PUT', `/v1/tenants/${tenant}/packages`, { packages, ...more });
}

export async function withPackage(run: TestServer, tenant: string, contents: Contents): Promise<string> {
  const id = await newPackage(run, `for ${tenant}`, contents);
  const { status, body } = await assign(run.admin, tenant, [{ package: id }]);
  if (status !== 200) throw new Error(body.detail);
  return id;
}

export const note = (caller: Caller, name: string, more: object = {}) =>
  caller('POST', '/v1/apps', { type: 'note', name, spec: {}, ...more });
export const site = (caller: Caller, name: string, spec: object) =>
  caller('POST', '/v1/apps', { type: 'site', name, spec });

export async function usage(caller: Caller, tenant: string) {
  const { body } = await caller('GET', `/v1/tenants/${tenant}/usage`);
  return Object.fromEntries(body.items.map(({ id, used }: { id: string; used: number }) => [id, used]));
}
