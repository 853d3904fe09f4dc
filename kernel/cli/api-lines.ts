import { type ApiRequest, answeredProblem, connectionProblem } from './api-problem.ts';

/** The lines of a long answer, as they come. */
export async function* readLines(request: ApiRequest, signal: AbortSignal): AsyncGenerator<string> {
  const response = await fetch(request.url, { headers: request.headers, signal }).catch((error) =>
    Promise.reject(connectionProblem(request.url, error)),
  );
  if (!response.ok || !response.body) throw answeredProblem(response.status, await response.text(), request.url);
  let rest = '';
  for await (const text of response.body.pipeThrough(
    new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>,
  )) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
