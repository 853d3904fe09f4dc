import { readFileSync } from 'node:fs';

/** Names of environment variables that a source file reads. */
export function findVariables(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const read = text.matchAll(/\b(?:process\.env|environment)\.([A-Z][A-Z0-9_]+)/g);
  const named = text.matchAll(/['"$ ]\{?((?:FREEHOLD_[A-Z_]*|DATABASE_)[A-Z])(?=['":}]|$)/g);
  return [...read, ...named].map(([, name = '']) => name);
}
