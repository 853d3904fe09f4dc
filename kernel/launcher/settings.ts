import { realpathSync } from 'node:fs';
import { isIP } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { exitCodes, type FieldProblem, ProblemError } from '../cli/problem.ts';
import { defaultHomePath, type Home, homeAt } from './home.ts';

/** What an installation is started with. */
export interface Settings {
  readonly home: Home;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly demo: boolean;
  /** A PostgreSQL of the hoster's own, instead of the embedded one. */
  readonly databaseUrl?: string;
  /** How much the server writes into its log. */
  readonly logLevel: string;
  /** Root of the repository. */
  readonly checkout: string;
}

/** What `freehold start` was given; every flag has an environment variable. */
export interface SettingFlags {
  readonly home?: string;
  readonly host?: string;
  readonly port?: string;
  readonly httpPort?: string;
  readonly httpsPort?: string;
  readonly databaseUrl?: string;
  /** False with `--no-demo`. */
  readonly demo?: boolean;
}

/** Unix sockets lie below the data folder, and the path of one may have 107 bytes. */
const LONGEST_HOME = 50;

/** Reads flags and environment, flags first. Throws with all problems at once. */
export function readSettings(flags: SettingFlags, environment: NodeJS.ProcessEnv): Settings {
  const problems: FieldProblem[] = [];
  const port = (flag: 'port' | 'httpPort' | 'httpsPort', name: string, otherwise: number) =>
    readPort({ name, text: flags[flag] ?? environment[name], otherwise }, problems);
  const home = readHome(flags.home ?? environment.FREEHOLD_HOME, problems);
  const databaseUrl = readDatabaseUrl(flags.databaseUrl ?? environment.DATABASE_URL, problems);
  const settings: Settings = {
    home: homeAt(home),
    host: readHost(flags.host ?? environment.FREEHOLD_HOST, problems),
    port: port('port', 'FREEHOLD_PORT', 8600),
    httpPort: port('httpPort', 'FREEHOLD_HTTP_PORT', 8080),
    httpsPort: port('httpsPort', 'FREEHOLD_HTTPS_PORT', 8443),
    demo: flags.demo === false ? false : readSwitch('FREEHOLD_DEMO', environment.FREEHOLD_DEMO, problems),
    ...(databaseUrl ? { databaseUrl } : {}),
    logLevel: readLogLevel(environment.FREEHOLD_LOG_LEVEL, problems),
    checkout: resolve(import.meta.dirname, '../..'),
  };
  findClashes(settings, problems);
  if (problems.length > 0) throw settingsProblem(problems);
  return settings;
}

function readPort(
  { name, text, otherwise }: { name: string; text: string | undefined; otherwise: number },
  problems: FieldProblem[],
): number {
  if (text === undefined || text === '') return otherwise;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  problems.push(problem(name, text, 'It is no port.', `Give a number from 1 to 65535, or 0 for any free port.`));
  return otherwise;
}

function readHost(text: string | undefined, problems: FieldProblem[]): string {
  const host = text || '127.0.0.1';
  if (isIP(host) || host === 'localhost') return host;
  problems.push(
    problem('FREEHOLD_HOST', host, 'It is no IP address.', 'Give 127.0.0.1, ::1, or an address of this machine.'),
  );
  return host;
}

function readHome(text: string | undefined, problems: FieldProblem[]): string {
  const home = realPath(resolve(text || defaultHomePath()));
  const say = (message: string, remedy: string) => problems.push(problem('FREEHOLD_HOME', home, message, remedy));
  if (home === '/') say('The root of the file system is no data folder.', 'Name a folder of its own.');
  if (home.length > LONGEST_HOME)
    say(
      `It is ${home.length} characters long; sockets below it would be too long for the system.`,
      `Name a folder of at most ${LONGEST_HOME} characters.`,
    );
  if (!/^[A-Za-z0-9._@+/-]*$/.test(home))
    say('It has characters that mean something in configuration files.', 'Use letters, digits and . _ @ + - / only.');
  return home;
}

/** The path without links, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

function readDatabaseUrl(text: string | undefined, problems: FieldProblem[]): string | undefined {
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1) return text;
  // It holds a password: it is not shown.
  problems.push({
    pointer: '/DATABASE_URL',
    message: 'It is no address of a PostgreSQL database.',
    remedy: 'Write it as postgresql://user:password@host:5432/database.',
  });
  return undefined;
}

function readSwitch(name: string, text: string | undefined, problems: FieldProblem[]): boolean {
  if (text === undefined || text === '') return true;
  if (/^(?:1|true|yes|on)$/i.test(text)) return true;
  if (!/^(?:0|false|no|off)$/i.test(text))
    problems.push(problem(name, text, 'It is neither yes nor no.', 'Write 0 or 1.'));
  return false;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

function readLogLevel(text: string | undefined, problems: FieldProblem[]): string {
  const level = text || 'info';
  if (!LOG_LEVELS.includes(level))
    problems.push(problem('FREEHOLD_LOG_LEVEL', level, 'It is no level.', `Write one of ${LOG_LEVELS.join(', ')}.`));
  return level;
}

function findClashes({ port, httpPort, httpsPort }: Settings, problems: FieldProblem[]): void {
  const ports = [
    ['FREEHOLD_PORT', port],
    ['FREEHOLD_HTTP_PORT', httpPort],
    ['FREEHOLD_HTTPS_PORT', httpsPort],
  ] as const;
  for (const [index, [name, value]] of ports.entries()) {
    const other = ports.slice(0, index).find(([, taken]) => taken === value && value !== 0);
    if (other) problems.push(problem(name, `${value}`, `${other[0]} is the same port.`, 'Give each its own.'));
  }
}

function problem(name: string, value: string, message: string, remedy: string): FieldProblem {
  return { pointer: `/${name}`, value, message, remedy };
}

function settingsProblem(errors: readonly FieldProblem[]): ProblemError {
  const detail = `Freehold cannot start with ${errors.length === 1 ? 'this setting' : 'these settings'}.`;
  return new ProblemError({ code: 'settings-invalid', title: 'Invalid settings', detail, errors }, exitCodes.usage);
}
