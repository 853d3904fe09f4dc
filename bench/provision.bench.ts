import { Installation } from '../e2e/installation.ts';
import type { Benchmark } from './bench.ts';
import { ByHand } from './provision/by-hand.ts';
import { untilServed } from './provision/until-served.ts';

/** On the node while it is measured. */
const SITES = 10;
const ROUNDS = 20;

/** From `POST /v1/apps` to the first answer of the new website. Both ways take turns, so that they share the machine's good and bad moments. */
const provision: Benchmark = {
  title: `A PHP website goes live beside ${SITES} others (goal: median under 500 ms, at most 2 × the floor)`,
  async run() {
    await using byHand = await ByHand.start(SITES);
    const installation = new Installation();
    try {
      await installation.start();
      for (let index = 0; index < SITES; index++) await installation.createApp(site(`first-${index}`));
      const [floor, product]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        floor.push(await byHand.provision());
        product.push(await measure(installation, `round-${round}`));
        await byHand.removeNewest();
      }
      return [
        { name: 'users, folders, files, both checks, both reloads by hand', samples: floor },
        { name: 'POST /v1/apps to the first 200', samples: product },
      ];
    } finally {
      await installation.remove();
    }
  },
};
export default provision;

function site(name: string) {
  return { type: 'php-site', name, spec: { hostnames: [`${name}.test`] } };
}

async function measure(installation: Installation, name: string): Promise<number> {
  const begin = performance.now();
  const created = installation.client.createApp(site(name));
  await Promise.all([created, untilServed(installation.ports.http, `${name}.test`)]);
  const milliseconds = performance.now() - begin;
  const { id, operation } = await created;
  await installation.follow({ operation });
  await installation.settle(installation.client.removeApp(id));
  return milliseconds;
}
