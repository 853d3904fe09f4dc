import { catalogue, type ErrorKind } from './catalogue.ts';

/** Renders `docs/errors.md`. */
export function renderErrors(): string {
  const kinds = Object.entries<ErrorKind>(catalogue).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${INTRODUCTION}\n${kinds.map(([code, kind]) => renderKind(code, kind)).join('\n')}`;
}

const INTRODUCTION = `# Errors

Every error of the API is a problem-details document (RFC 9457) of the type \`application/problem+json\`. Programs look at
\`code\`, which never changes its meaning; people read \`detail\` and \`remedy\`. Where single fields are at fault, \`errors\` lists
each of them with a JSON Pointer, the rule that it breaks, the value, and what to do.

\`\`\`json
{
  "type": "urn:freehold:error:invalid-request",
  "title": "The request has fields that cannot be accepted",
  "status": 422,
  "detail": "1 of the given values cannot be accepted. Each is listed in errors.",
  "code": "invalid-request",
  "remedy": "Correct the fields that errors names, and send the request again.",
  "retryable": false,
  "instance": "urn:freehold:request:req-1",
  "errors": [
    {
      "pointer": "/name",
      "message": "\\"Shop!\\" does not have the form of this field.",
      "rule": "pattern",
      "value": "Shop!",
      "remedy": "Lower-case letters, digits and hyphens."
    }
  ]
}
\`\`\`

This page is made from \`kernel/server/errors/catalogue.ts\`; a test fails when the two differ.
\`scripts/with-node.sh vitest run kernel/server/errors -u\` writes it anew.
`;

function renderKind(code: string, { status, title, detail, remedy, retryable }: ErrorKind): string {
  const again = retryable ? ' The same request may succeed later.' : '';
  return `## ${code}

${status} · ${title}.${again}

- Detail: ${detail}
- Remedy: ${remedy}
`;
}
