import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** All that the server is told from outside. */
export interface Configuration {
  /** The data folder. */
  readonly home: string;
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** Root of the program: where `plugins/` and `ui-shell/dist` are. */
  readonly program: string;
  readonly logLevel: string;
  /** Addresses and networks of the proxies in front, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Networks that webhooks may be sent to although they are not on the internet. */
  readonly webhookNetworks: readonly string[];
}

/** Everything that is wrong with the environment, at once. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(problems: readonly string[]) {
    super(`The environment cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** @throws ConfigurationError */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const problems: string[] = [];
  const read = <T>(name: string, otherwise: T, parse: (text: string) => T | undefined, wanted: string): T => {
    const text = environment[name];
    if (text === undefined || text === '') return otherwise;
    const value = parse(text);
    if (value === undefined) problems.push(`${name} is ${JSON.stringify(text)}, and must be ${wanted}.`);
    return value ?? otherwise;
  };
  const configuration: Configuration = {
    home: read(
      'FREEHOLD_HOME',
      defaultHome(environment),
      socketSafePath,
      'an absolute path of at most 50 characters, because sockets are in it',
    ),
    host: read('FREEHOLD_HOST', '127.0.0.1', hostName, 'a host name or an address'),
    port: read('FREEHOLD_PORT', 8600, portNumber, 'a port number from 0 to 65535'),
    databaseUrl: read('DATABASE_URL', '', databaseUrl, 'a connection string: postgresql://user:password@host/database'),
    program: read('FREEHOLD_PROGRAM', resolve(import.meta.dirname, '../..'), absolutePath, 'an absolute path'),
    logLevel: read('FREEHOLD_LOG_LEVEL', 'info', logLevel, 'one of debug, info, warn, error, silent'),
    trustedProxies: read('FREEHOLD_TRUSTED_PROXIES', [], networks, NETWORKS),
    webhookNetworks: read('FREEHOLD_WEBHOOK_NETWORKS', [], networks, NETWORKS),
  };
  if (!environment.DATABASE_URL)
    problems.push('DATABASE_URL is missing. It is the connection string of a PostgreSQL database.');
  if (problems.length > 0) throw new ConfigurationError(problems);
  return configuration;
}

function defaultHome(environment: NodeJS.ProcessEnv): string {
  if (process.getuid?.() === 0) return '/var/lib/freehold';
  return join(environment.XDG_DATA_HOME || join(homedir(), '.local/share'), 'freehold');
}

function absolutePath(text: string): string | undefined {
  return isAbsolute(text) ? resolve(text) : undefined;
}

/** The path of a unix socket has at most 107 bytes (unix(7)). */
function socketSafePath(text: string): string | undefined {
  return text.length <= 50 ? absolutePath(text) : undefined;
}

function hostName(text: string): string | undefined {
  return /^[A-Za-z0-9.:_-]{1,253}$/.test(text) ? text : undefined;
}

function portNumber(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function databaseUrl(text: string): string | undefined {
  return /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text) ? text : undefined;
}

const NETWORKS = 'addresses and networks with commas between them: 192.0.2.7,10.1.0.0/16,fd00::/8';

function networks(text: string): string[] | undefined {
  const given = text.split(',').map((one) => one.trim());
  return given.every(isNetwork) ? given : undefined;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  return family !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

function logLevel(text: string): string | undefined {
  return ['debug', 'info', 'warn', 'error', 'silent'].includes(text) ? text : undefined;
}
