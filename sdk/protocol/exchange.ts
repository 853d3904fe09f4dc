import type { NodeInput } from '../node.ts';
import type { Report } from './report.ts';
import type { NodeSettings, Work } from './work.ts';

/**
 * The one conversation between a node and the server. The node asks: what it has to report goes in, what is to be done
 * comes out. The server answers at once when there is work, when the node does not know its settings, or when `wait` is 0, and otherwise when that changes or the wait is
 * over.
 *
 * `POST /exchange`, `Authorization: Bearer <node key>`. Bytes of uploads: `GET /exchange/uploads/<sha256>`.
 */
export interface ExchangeRequest {
  readonly protocol: 1;
  /** Made anew at each start of the agent. */
  readonly boot: string;
  readonly reports: readonly Report[];
  /** Keys of the work in hand; it is not sent again. */
  readonly inHand: readonly string[];
  /** Seconds the answer may take. 0: take the reports and give no work. */
  readonly wait: number;
  /** Of the settings that the node was told last; left out: of none. */
  readonly settingsVersion?: string;
  /** Sent at the start and when they change. */
  readonly facts?: NodeFacts;
}

export interface ExchangeResponse {
  readonly protocol: 1;
  readonly work: readonly Work[];
  readonly settings: NodeSettings;
  /** Another one with other settings. */
  readonly settingsVersion: string;
  /** Keys of work in hand that nobody needs any more: a log nobody reads. */
  readonly cancelled: readonly string[];
}

/** What a node says of itself. */
export interface NodeFacts extends Omit<NodeInput, 'id' | 'name'> {
  readonly agentVersion: string;
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly serviceManager: 'systemd' | 'agent';
  readonly diskBytes: number;
  readonly diskFreeBytes: number;
  /** What is missing on this node, with the remedy: packages that an unprivileged agent cannot install. */
  readonly warnings: readonly string[];
}

/** `POST /exchange/enrol`: trades the one-time token for the node's key. */
export interface EnrolRequest {
  readonly token: string;
  readonly hostname: string;
}
export interface EnrolResponse {
  readonly node: string;
  readonly name: string;
  /** Given once. */
  readonly key: string;
}
