import type { Static, TSchema } from './schema.ts';

/**
 * What a tap may do.
 * - `gate`: allow or refuse with a reason. The first refusal ends it. A tap that fails refuses.
 * - `filter`: amend a value. Each tap gets what the one before gave; the value is checked again after each. A tap that
 *   fails is left out.
 * - `collect`: add items. A tap that fails adds none.
 * - `first`: answer, or leave it to the next. A tap that fails is left out.
 * - `event`: be told after the change is committed, at least once. A tap that fails is told again later.
 */
export type HookKind = 'gate' | 'filter' | 'collect' | 'first' | 'event';

/** A point where plugins may step in: a token whose type carries what goes in and out. */
export interface Hook<Kind extends HookKind = HookKind, Input = unknown, Output = unknown> {
  readonly $$type: 'freehold/hook';
  /** `app.beforeCreate`. */
  readonly id: string;
  readonly kind: Kind;
  /** Version of this contract, a whole number. */
  readonly version: number;
  readonly input: TSchema;
  /** Of `filter` the value, of `collect` one item, of `first` the answer. */
  readonly output?: TSchema;
  /** Only for the compiler: never set. */
  readonly types?: { readonly input: Input; readonly output: Output };
}

/** What a tap of a `gate` returns: see {@link allow} and {@link refuse}. */
export type Verdict = { readonly allow: true } | { readonly allow: false; readonly reason: string };

/** Lets the request pass. */
export const allow: Verdict = { allow: true };

/** Refuses the request. The reason is shown to whoever made it: say what is wrong and what to do. */
export function refuse(reason: string): Verdict {
  return { allow: false, reason };
}

/** What a tap of each kind gets and gives. */
export interface TapSignatures<Input, Output> {
  gate: (input: Input, context: CallContext) => Promise<Verdict>;
  filter: (input: Input, context: CallContext) => Promise<Output>;
  collect: (input: Input, context: CallContext) => Promise<readonly Output[]>;
  first: (input: Input, context: CallContext) => Promise<Output | undefined>;
  event: (input: Input, context: CallContext) => Promise<void>;
}

/** The function that a plugin gives to a tap of one kind. */
export type TapHandler<Kind extends HookKind, Input, Output> = TapSignatures<Input, Output>[Kind];

/** Declares a hook. A `filter` amends its own input, so `output` is left out there. */
export function defineHook<
  const Kind extends HookKind,
  Input extends TSchema,
  Output extends TSchema = Input,
>(definition: {
  id: string;
  kind: Kind;
  version: number;
  input: Input;
  output?: Output;
}): Hook<Kind, Static<Input>, Static<Output>> {
  return { $$type: 'freehold/hook', ...definition };
}

/** What every handler of a plugin gets besides its input. */
export interface CallContext<Config = unknown> {
  /** Aborted when the time limit is over or the server stops. */
  readonly signal: AbortSignal;
  /** The plugin's configuration in this installation. */
  readonly config: Config;
  readonly log: Logger;
}

/** Writes to the server's log under the plugin's name. Messages are constant; what varies goes into fields. */
export interface Logger {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
