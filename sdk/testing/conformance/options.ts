import type { TestKernelOptions } from '../options.ts';
import type { TestApp } from '../test-app.ts';
import type { TestKernel } from '../test-kernel.ts';

/** How a plugin is held against what every plugin promises. */
export interface ConformanceOptions extends TestKernelOptions {
  /** The spec of the apps that are made, by app type. Left out: the smallest one, from the defaults and examples of the schema. */
  readonly specs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Specs of every older version, by app type and version. Needed for each `specVersion` above 1. */
  readonly oldSpecs?: Readonly<Record<string, Readonly<Record<number, Readonly<Record<string, unknown>>>>>>;
  /**
   * Called when a hostile text was accepted and the app is made: read the generated files back here, with a parser of their syntax,
   * and throw when the text is more than a text in them.
   */
  readonly inspect?: (accepted: AcceptedText) => void | Promise<void>;
}

/** A hostile text that a spec took. */
export interface AcceptedText {
  readonly kernel: TestKernel;
  /** With the text in its spec, and made. */
  readonly app: TestApp;
  /** Where it stands in the spec: `/title`, `/redirects/0/to`. */
  readonly pointers: readonly string[];
  readonly text: string;
}

/** Defines a test, as `test` of vitest, node:test and jest do. The last argument is its time limit in milliseconds. */
export type DefineTest = (title: string, run: () => Promise<void>, timeout: number) => unknown;
