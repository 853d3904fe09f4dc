import type { Problem } from '../problem.ts';
import type { TestApp } from './test-app.ts';

/** Why the kernel did not do what a test asked for, in the words that the tenant or the hoster would read. */
export class TestKernelError extends Error {
  override readonly name = 'TestKernelError';
  /** Of the API's error, or the reason of the app's condition: `invalid-request`, `ConfigurationRefused`. */
  readonly code: string;
  /**
   * Fields that are wrong, with the pointers that `check` gives: from the root of the spec, the input of an action or the
   * configuration that the test gave, `/phpVersion`. (The API's own answers point into the body of the request: `/spec/phpVersion`.)
   */
  readonly problems: readonly Problem[];
  /** The app, when there is one all the same: one whose node could not make it. */
  readonly app?: TestApp;

  constructor(
    message: string,
    details: { code: string; problems?: readonly Problem[]; app?: TestApp; cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.problems = details.problems ?? [];
    if (details.app) this.app = details.app;
  }
}
