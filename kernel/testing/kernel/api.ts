import type { Problem } from '@freehold/sdk';
import { TestKernelError, type TestRequest, type TestResponse } from '@freehold/sdk/testing';
import type { InjectOptions } from 'fastify';
import type { Http } from '../../server/http/http.ts';
import { keepingAlive } from './keep-alive.ts';
import type { LogEntry } from './shared-server.ts';

/** The administrator's. */
export const TOKEN = `fh_${'a'.repeat(40)}`;

/** The API of the kernel, as a program calls it. */
export class Api {
  readonly #http: Http;
  readonly #logged: readonly LogEntry[];

  constructor(http: Http, logged: readonly LogEntry[]) {
    this.#http = http;
    this.#logged = logged;
  }

  async inject({ method = 'GET', url, body, headers = {}, token = TOKEN }: TestRequest): Promise<TestResponse> {
    const response = await keepingAlive(() =>
      this.#http.inject({
        ...{ method, url },
        headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(body === undefined ? {} : { payload: body as NonNullable<InjectOptions['payload']> }),
      }),
    );
    const isJson = /json/.test(String(response.headers['content-type']));
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson && response.body !== '' ? JSON.parse(response.body) : response.body,
    };
  }

  /**
   * `within` is the place in the body of what a test gave, `/spec`: problems are told with pointers from there.
   *
   * @throws TestKernelError in the words of the problem document
   */
  async call<Answer>(request: TestRequest, within = ''): Promise<Answer> {
    const { status, body } = await this.inject(request);
    if (status < 400) return body as Answer;
    throw toError(seenFrom(within, body as ProblemDocument), this.#logged);
  }
}

interface ProblemDocument {
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly errors?: readonly Problem[];
}

function seenFrom(within: string, document: ProblemDocument): ProblemDocument {
  const isWithin = ({ pointer }: Problem) => pointer === within || pointer.startsWith(`${within}/`);
  const errors = document.errors?.map((one) =>
    isWithin(one) ? { ...one, pointer: one.pointer.slice(within.length) } : one,
  );
  return { ...document, ...(errors && { errors }) };
}

/** What an outsider is not told of an unforeseen error stands in the log. */
function toError({ code, detail, remedy, errors = [] }: ProblemDocument, logged: readonly LogEntry[]): TestKernelError {
  const cause =
    code === 'internal-error' ? logged.findLast(({ message }) => message === 'request failed')?.fields.err : undefined;
  const lines = errors.map(
    (one) => `  ${one.pointer ? `${one.pointer}: ` : ''}${one.message}${one.remedy ? ` ${one.remedy}` : ''}`,
  );
  const message = [cause instanceof Error ? `${detail} ${cause.message}` : `${detail} ${remedy}`, ...lines].join('\n');
  return new TestKernelError(message, { code, problems: errors, cause });
}
