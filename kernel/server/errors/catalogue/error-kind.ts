/** One kind of error that a caller can meet. Texts are templates: `{name}` stands for a field. */
export interface ErrorKind {
  /** Status of the HTTP answer. */
  readonly status: number;
  /** The same for every error of this kind. */
  readonly title: string;
  /** What happened, with the values. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether the same request may succeed later without any change. */
  readonly retryable?: boolean;
}
