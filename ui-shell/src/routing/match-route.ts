export type RouteParameters = Readonly<Record<string, string>>;

export interface Match<Route> {
  readonly route: Route;
  readonly parameters: RouteParameters;
}

/** The first route whose pattern, `/apps/:app`, is the path. A slash at the end does not count. */
export function matchRoute<Route extends { readonly path: string }>(
  routes: readonly Route[],
  path: string,
): Match<Route> | undefined {
  const parts = split(path);
  for (const route of routes) {
    const parameters = matchParts(split(route.path), parts);
    if (parameters) return { route, parameters };
  }
  return undefined;
}

function matchParts(pattern: readonly string[], parts: readonly string[]): RouteParameters | undefined {
  if (pattern.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? '';
    if (expected.startsWith(':')) {
      const value = decode(part);
      if (value === undefined) return undefined;
      parameters[expected.slice(1)] = value;
    } else if (expected !== part) return undefined;
  }
  return parameters;
}

function split(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
