/** What a caller may take of the server before it has shown what it wants. */
export interface HttpLimits {
  /** Bytes of a JSON body. Uploads have limits of their own. */
  readonly body: number;
  /** Bytes of all headers together. */
  readonly headers: number;
  /** Milliseconds until all headers have arrived. */
  readonly headersTime: number;
  /** Milliseconds until a JSON body has arrived. */
  readonly bodyTime: number;
}

export const defaultLimits: HttpLimits = {
  body: 1_048_576,
  headers: 16_384,
  headersTime: 20_000,
  bodyTime: 30_000,
};
