import type { TSchema } from '@freehold/sdk';
import type { Http } from '../http/http.ts';
import { type CompiledSchema, compileSchema } from '../schema/compile-schema.ts';

interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
}
interface Response {
  readonly content?: { readonly 'application/json'?: { readonly schema: TSchema } };
}

/** The document is the same for all servers of a test run. */
let document: Document | undefined;
const compiled = new Map<Response, CompiledSchema | undefined>();

/** Throws when an answer is not what the OpenAPI document says of its route. Every answer in every test is looked at. */
export function checkAnswer(http: Http, answer: { method: string; url: string; status: number; body: unknown }): void {
  document ??= http.swagger() as unknown as Document;
  const response = findResponse(document, answer);
  if (!response) return;
  const schema = response.content?.['application/json']?.schema;
  if (!compiled.has(response)) compiled.set(response, schema && compileSchema(schema));
  const { problems = [] } = compiled.get(response)?.validate(answer.body ?? null) ?? {};
  const [first] = problems;
  if (first)
    throw new Error(
      `${answer.method} ${answer.url} answered ${answer.status} with ${first.pointer}: ${first.message} ${first.remedy}`,
    );
}

function findResponse(
  { paths }: Document,
  { method, url, status }: { method: string; url: string; status: number },
): Response | undefined {
  const path = url.split('?')[0] ?? '';
  const template = Object.keys(paths).find((one) => new RegExp(`^${one.replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
  const responses = template === undefined ? undefined : paths[template]?.[method.toLowerCase()]?.responses;
  return responses?.[status] ?? responses?.[`${Math.floor(status / 100)}XX`];
}
