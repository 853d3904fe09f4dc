import { fill } from './api/fill.ts';
import { type Installation, startInstallation } from './api/installation.ts';
import { load, type Measured } from './api/load.ts';
import type { Benchmark, Figure } from './bench.ts';

const LIST = '/v1/apps?limit=20';
const SIZES = [1_000, 100_000, 1_000_000];
const ROUNDS = 3;

/** The list of apps under load, at three sizes, and what else the server does during a storm of sign-ins. */
const api: Benchmark = {
  title:
    'The list of 20 apps on 50 connections (goals: 3000 requests/s, 60 % of the floor, 99 % within 60 ms, the same at every size)',
  async run() {
    await using installation = await startInstallation();
    const figures: Figure[] = [];
    for (const size of SIZES) {
      await fill(installation.pool, size);
      figures.push(...(await measureSize(installation, size)));
    }
    figures.push(...(await measureStorm(installation)));
    return figures;
  },
};
export default api;

async function measureSize({ server, floor, token }: Installation, size: number): Promise<Figure[]> {
  const [least, list]: Measured[][] = [[], []];
  await load({ url: `${server.api}${LIST}`, token, connections: 50, seconds: 3 });
  for (let round = 0; round < ROUNDS; round++) {
    least?.push(await load({ url: `${floor.api}/v1/apps`, connections: 50, seconds: 4 }));
    list?.push(await load({ url: `${server.api}${LIST}`, token, connections: 50, seconds: 4 }));
  }
  const named = size.toLocaleString('en');
  return [
    {
      ...toFigure(`Fastify and one query, ${named} apps`, 'requests/s', least, ({ perSecond }) => perSecond),
      isFloor: true,
    },
    toFigure(`the list, ${named} apps`, 'requests/s', list, ({ perSecond }) => perSecond),
    toFigure(`the list, ${named} apps: 99 % within`, 'ms', list, ({ p99 }) => p99),
  ];
}

/** Wrong passwords, as fast as they are answered. After the first ones most are told to wait, which is what keeps the others served. */
async function measureStorm({ server, token, admin }: Installation): Promise<Figure[]> {
  const storm = load({
    url: `${server.api}/v1/session`,
    method: 'POST',
    body: { email: 'nobody@bench.test', password: admin.password },
    connections: 20,
    seconds: 12,
    expected: [401, 429],
  });
  const calm = load({ url: `${server.api}${LIST}`, token, connections: 10, seconds: 10 });
  const [signIns, others] = await Promise.all([storm, calm]);
  return [
    toFigure('sign-ins in the storm', 'requests/s', [signIns], ({ perSecond }) => perSecond),
    toFigure('the list meanwhile, 10 connections: 99 % within', 'ms', [others], ({ p99 }) => p99),
  ];
}

function toFigure(
  name: string,
  unit: Figure['unit'],
  measured: readonly Measured[] | undefined,
  pick: (one: Measured) => number,
): Figure {
  return { name, unit, samples: (measured ?? []).map(pick) };
}
