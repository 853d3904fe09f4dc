import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type ApiRequest, answeredProblem, connectionProblem } from './api-problem.ts';

export interface UploadOptions {
  /** A gzip-compressed tar archive. */
  readonly archive: Readable;
  readonly signal?: AbortSignal;
}

/**
 * Sends a stream of unknown length. `node:http` and not `fetch`: a server that refuses an archive answers while it is
 * still being sent, and that answer is what a person has to see, not the broken pipe.
 */
export async function uploadArchive({ method, url, headers }: ApiRequest, options: UploadOptions): Promise<unknown> {
  const { archive, signal } = options;
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const request = send(url, { method, headers: { ...headers, 'content-type': 'application/gzip' }, signal });
  const answer = new Promise<IncomingMessage>((resolve, reject) =>
    request.once('response', resolve).once('error', reject),
  );
  const sent = pipeline(archive, request).then(
    () => undefined,
    (error: unknown) => error,
  );
  const response = await answer.catch(async (error) => {
    // The archive itself may be what failed: a file that cannot be read.
    const failure = archive.errored;
    throw failure && failure !== error ? failure : connectionProblem(url, error);
  });
  const body = await text(response);
  if ((response.statusCode ?? 500) >= 400) {
    archive.destroy();
    request.destroy();
    throw answeredProblem(response.statusCode ?? 500, body, url);
  }
  await sent;
  return JSON.parse(body);
}
