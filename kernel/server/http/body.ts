import type { Readable } from 'node:stream';
import { type ProblemError, problem } from '../errors/problem.ts';
import type { Http } from './http.ts';

/** Reads JSON bodies, and nothing else: a route that takes files adds its own types. */
export function readJsonBodies(http: Http): void {
  http.removeAllContentTypeParsers();
  http.addContentTypeParser(JSON_TYPES, { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(text as string));
    } catch (error) {
      done(malformedJson(error as Error));
    }
  });
}

const JSON_TYPES = ['application/json', 'application/merge-patch+json'];

/** Whether the body is one that is read as JSON. */
export function isJson(contentType: string | undefined): boolean {
  const [type = ''] = (contentType ?? '').split(';', 1);
  return JSON_TYPES.includes(type.trim().toLowerCase());
}

/** The engine quotes the text in its message: it is cut like every other value. */
function malformedJson(cause: Error): ProblemError {
  return problem('malformed-json', { reason: cause.message }, { cause });
}

/** The body of an upload, which nobody holds in memory. */
export function isStream(body: unknown): body is Readable {
  return typeof (body as { pipe?: unknown } | null | undefined)?.pipe === 'function';
}
