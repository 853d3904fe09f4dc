import { parseArgs } from 'node:util';

export interface AgentConfiguration {
  /** The data folder. */
  readonly home: string;
  readonly ports: { readonly http: number; readonly https: number };
  /** The server's unix socket. */
  readonly socket: string;
  /** Whether the services end with the agent, and are gone after a reboot. */
  readonly stopServices: boolean;
}

export const USAGE =
  'node kernel/agent/main.ts --home <folder> --http-port <n> --https-port <n> [--socket <path>] [--stop-services]';

/** @throws Error with all that is wrong. */
export function readConfiguration(args: readonly string[]): AgentConfiguration {
  const { values } = parseArgs({
    args: [...args],
    options: {
      home: { type: 'string' },
      'http-port': { type: 'string' },
      'https-port': { type: 'string' },
      socket: { type: 'string' },
      'stop-services': { type: 'boolean', default: false },
    },
  });
  const { home = '' } = values;
  const [http, https] = [Number(values['http-port']), Number(values['https-port'])];
  const problems = [
    home.startsWith('/') ? '' : '--home has to be an absolute path',
    isPort(http) ? '' : '--http-port has to be a number from 1 to 65535',
    isPort(https) ? '' : '--https-port has to be a number from 1 to 65535',
  ].filter(Boolean);
  if (problems.length > 0) throw new Error(`${problems.join('; ')}. Usage: ${USAGE}`);
  const socket = values.socket ?? `${home}/server/exchange.sock`;
  return { home, ports: { http, https }, socket, stopServices: values['stop-services'] };
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value < 65_536;
}
