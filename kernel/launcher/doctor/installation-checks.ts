import { ApiClient } from '../../cli/api-client.ts';
import { renderDistance } from '../../cli/output/measure.ts';
import type { InitialAdmin, ReadyFile } from '../home.ts';
import { readJsonFile } from '../json-file.ts';
import { about, type Check } from './finding.ts';

export const checkApi: Check = async ({ settings: { home }, running }) => {
  const check = about('api', 'Installation');
  if (!running) return check.skipped('does not run; npm start starts it');
  const ready = await readJsonFile<ReadyFile>(home.ready);
  if (!ready) return check.failed('It runs and is not ready.', `If that lasts, look into ${home.logs}.`);
  const answer = await fetch(`${ready.api}/ready`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  if (!answer?.ok)
    return check.failed(`${ready.api} does not answer as it should.`, `Look into ${home.logs}/server.log.`);
  const off = Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now());
  return check.ok(`ready, ${ready.api}, process ${ready.pid}${off > 60_000 ? ', with another clock than ours' : ''}`);
};

export const checkNode: Check = async ({ settings: { home }, running }) => {
  const check = about('node-sync', 'Node');
  const ready = running ? await readJsonFile<ReadyFile>(home.ready) : undefined;
  const admin = await readJsonFile<InitialAdmin>(home.initialAdmin);
  if (!ready) return check.skipped('known when the installation runs');
  if (!admin) return check.skipped(`${home.initialAdmin} is gone, so the API cannot be asked`);
  const client = new ApiClient({ api: ready.api, token: admin.token });
  const nodes = await client.listNodes().catch((error: Error) => error);
  if (nodes instanceof Error) return check.skipped(`the API could not be asked: ${nodes.message}`);
  const away = nodes.filter(({ reachable }) => !reachable);
  if (away.length > 0)
    return check.failed(
      `${away.map(({ name }) => name).join(', ')} cannot be reached.`,
      `Look into ${home.logs}/agent.log.`,
    );
  const failed = await client.listApps().then((apps) => apps.filter(({ conditions }) => conditions.some(isFailure)));
  if (failed.length > 0)
    return check.failed(
      `Not in sync: ${failed.map(({ name }) => name).join(', ')}.`,
      'See why with freehold app show.',
    );
  const sweeps = nodes.map(
    ({ name, lastSweep }) => `${name} reachable${lastSweep ? `, checked ${renderDistance(lastSweep.at)}` : ''}`,
  );
  return check.ok(sweeps.join('; '));
};

function isFailure({ type, status }: { type: string; status: string }): boolean {
  return type === 'Ready' && status === 'False';
}
