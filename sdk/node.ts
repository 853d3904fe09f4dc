/** Where things stand on a node. Absolute paths without a trailing slash, all below the node's data folder. */
export interface NodePaths {
  /** One folder per app, named by the app's id. An app's resources stay in its own folder. */
  readonly sites: string;
  /** Configuration of the services, one folder per plugin or service. */
  readonly config: string;
  /** Sockets and other things that do not outlive a restart. */
  readonly run: string;
  /** Logs of the services themselves. */
  readonly logs: string;
  /** Data of the services themselves. */
  readonly state: string;
}

/** What is known of a node when resources are computed. */
export interface NodeInput {
  readonly id: string;
  readonly name: string;
  /** Whether the agent is root. If not, everything runs as {@link NodeInput.user}, and packages cannot be installed. */
  readonly privileged: boolean;
  /** The user the agent runs as. */
  readonly user: string;
  readonly paths: NodePaths;
  /** The ports of the node's web server. */
  readonly ports: { readonly http: number; readonly https: number };
  readonly os: { readonly id: string; readonly version: string; readonly arch: string };
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Whether the node has IPv6 addresses to listen on. */
  readonly ipv6: boolean;
}

/** What nodes reported, by {@link ResourceKey}: the output of a command, a public key. Empty until the first report. */
export type Observed = Readonly<Record<string, unknown>>;
