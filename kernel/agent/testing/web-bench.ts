import { directory, file, type Resource, service } from '@freehold/sdk';
import { SimulatedBench } from './bench.ts';

export const CONFIG = '/var/lib/freehold/node/config';
export const SITES = `${CONFIG}/web/sites`;

/**
 * A machine with a web server that serves the files of its sites as they were at its last start or reload. It refuses a file that
 * says `bad`, with the file's name if it says `named`, and ends when one says `crash`.
 */
export class WebBench extends SimulatedBench {
  served: string[] = [];
  validations = 0;

  static async start(): Promise<WebBench> {
    const bench = new WebBench();
    bench.machine.script('web', ({ argv }) => (argv[1] === '-t' ? bench.#validate() : undefined));
    const load = () => bench.#load();
    bench.machine.daemon('web', { start: load, signal: load, listens: () => [] });
    const { outcome } = await bench.apply('role:web', webRole());
    if (outcome.kind !== 'inSync') throw new Error(outcome.message);
    bench.machine.services.history.length = 0;
    bench.validations = 0;
    return bench;
  }

  /** Applies one site for each app, all at once. */
  applyAll(contents: Readonly<Record<string, string>>) {
    const work = Object.entries(contents).map(([name, content]) => this.applyWork(`app:${name}`, site(name, content)));
    return this.doAll(work);
  }

  #validate() {
    this.validations++;
    const bad = this.#read().filter((line) => line.includes('bad'));
    const names = bad.filter((line) => line.includes('named')).map((line) => `in ${SITES}/${line.split(':')[0]}`);
    return bad.length > 0 ? { code: 1, stderr: `unknown directive "bad" ${names.join(' ')}` } : undefined;
  }

  #load(): string | undefined {
    if (this.#read().some((line) => line.includes('crash'))) return 'segmentation fault';
    this.served = this.#read();
    return undefined;
  }

  #read(): string[] {
    const { disk } = this.machine;
    return disk.list(SITES).map((name) => `${name}: ${disk.readFile(`${SITES}/${name}`)}`);
  }
}

export function webRole(changes: Partial<Parameters<typeof service>[0]> = {}): Resource[] {
  return [
    directory({ path: `${CONFIG}/web` }),
    directory({ path: SITES }),
    service({
      name: 'web',
      argv: ['web', '-f'],
      validate: ['web', '-t'],
      reloadSignal: 'SIGHUP',
      reloadAfter: [`${SITES}/*`],
      ...changes,
    }),
  ];
}

export function site(name: string, content: string): Resource[] {
  return [file({ path: `${SITES}/${name}.conf`, content })];
}
