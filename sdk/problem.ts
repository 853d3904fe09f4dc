/**
 * One thing that is wrong with what a person asked for. Problems are collected and shown together, so
 * return every one you find.
 */
export interface Problem {
  /** JSON Pointer (RFC 6901) from the root of the checked value to the field, `/phpVersion`; `''` for the whole value. */
  pointer: string;
  /** What is wrong, naming the value: "PHP 9.9 is not installed on node local". */
  message: string;
  /** What to do about it: "Choose one of 8.2, 8.3." */
  remedy?: string;
}
