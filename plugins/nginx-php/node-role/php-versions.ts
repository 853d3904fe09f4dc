import { command, type Observed, type Problem, resourceKey } from '@freehold/sdk';

/** A PHP that was found on a node. */
export interface Php {
  /** `8.2` */
  readonly version: string;
  /** The php-fpm of that version. */
  readonly program: string;
}

/** Lists the php-fpm programs of a node: `php-fpm8.2`. */
export function phpObservation(searchPaths: readonly string[]) {
  return command({
    id: 'php-versions',
    argv: ['find', '-H', ...searchPaths, '-maxdepth', '1', '-name', 'php-fpm*', '-xtype', 'f', '-executable'],
    output: { format: 'lines' },
  });
}

const OBSERVED = resourceKey(phpObservation(['/']));

/** What the observation found, newest version first; of two with one version the first. Undefined before the first report. */
export function findPhps(role: Observed): readonly Php[] | undefined {
  const lines = role[OBSERVED];
  if (!Array.isArray(lines)) return undefined;
  const byVersion = new Map<string, Php>();
  for (const program of lines.filter((line) => typeof line === 'string')) {
    const version = /\/php-fpm([1-9][0-9]?\.[0-9]{1,2})$/.exec(program)?.[1];
    if (version && !byVersion.has(version)) byVersion.set(version, { version, program });
  }
  return [...byVersion.values()].sort((a, b) => compareVersions(b.version, a.version));
}

/** The PHP of the wanted version, or the newest one. */
export function choosePhp(role: Observed, wanted: string | undefined): Php | undefined {
  return findPhps(role)?.find(({ version }) => wanted === undefined || version === wanted);
}

/** Why {@link choosePhp} finds nothing. A node that has not reported yet may have everything. */
export function phpProblems(role: Observed, wanted: string | undefined, nodeName: string): Problem[] {
  const found = findPhps(role);
  if (!found || choosePhp(role, wanted)) return [];
  const versions = found.map(({ version }) => version);
  return [
    {
      pointer: '/phpVersion',
      message: wanted
        ? `PHP ${wanted} is not installed on node ${nodeName}.`
        : `No PHP is installed on node ${nodeName}.`,
      remedy:
        versions.length > 0 ? `Choose one of ${versions.join(', ')}.` : 'Add a package such as php-fpm to the node.',
    },
  ];
}

function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
