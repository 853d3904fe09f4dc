import type { TSchema } from '@freehold/sdk';
import type { FastifyRequest } from 'fastify';
import { type FieldProblem, invalid } from '../errors/problem.ts';
import { type CompiledSchema, compileSchema } from '../schema/compile-schema.ts';
import { isStream } from './body.ts';
import type { Http } from './http.ts';
import { findUnstorableText } from './storable-text.ts';

/** Checks what comes in against the schemas of the route, and gives every problem at once. */
export function validateRequests(http: Http): void {
  http.addHook('preValidation', async (request) => refuseUnstorableText(request));
  http.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    // Compiled when the first request comes: all of them together would double the time the server takes to start.
    let compiled: CompiledSchema | undefined;
    return (given: unknown) => {
      compiled ??= compileSchema(schema);
      const { value, problems } = compiled.validate(prepare(given, schema, httpPart));
      return problems.length > 0 ? { error: invalid(problems) } : { value };
    };
  });
  // An answer is what its service made of it. That it fits its schema is a matter of the tests.
  http.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

function refuseUnstorableText({ body, query, params }: FastifyRequest): void {
  const problems: FieldProblem[] = [];
  // The body of an upload is a stream, which is no value.
  if (!isStream(body)) problems.push(...findUnstorableText(body));
  problems.push(...findUnstorableText(query), ...findUnstorableText(params));
  if (problems.length > 0) throw invalid(problems);
}

/** A missing body counts as an empty one. In an address everything is text: numbers and booleans are read from it. */
function prepare(given: unknown, schema: TSchema, part: string | undefined): unknown {
  if (part === 'body') return given ?? {};
  return part === 'querystring' ? readQuery(given as Record<string, unknown>, schema) : given;
}

function readQuery(query: Record<string, unknown>, schema: TSchema): Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  return Object.fromEntries(
    Object.entries(query).map(([name, text]) => [
      name,
      readValue(text, Object.hasOwn(properties, name) ? properties[name]?.type : undefined),
    ]),
  );
}

function readValue(text: unknown, type: string | undefined): unknown {
  if (typeof text !== 'string') return text;
  if ((type === 'integer' || type === 'number') && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true';
  return text;
}
