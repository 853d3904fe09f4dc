import type { App } from '../../../../kernel/cli/api-types.ts';

/** What visitors type: from the links of an app, and from its spec while it has none. */
export function listHostnames({ links, spec }: Pick<App, 'links' | 'spec'>): readonly { name: string; url?: string }[] {
  const linked = links.flatMap(({ url }) => (URL.canParse(url) ? [{ name: new URL(url).host, url }] : []));
  if (linked.length > 0)
    return linked.filter(({ name }, index) => linked.findIndex((one) => one.name === name) === index);
  const { hostnames } = spec;
  return Array.isArray(hostnames) ? hostnames.filter((one) => typeof one === 'string').map((name) => ({ name })) : [];
}

/** Whether an app fits every word that somebody searches for. */
export function matchesSearch(texts: readonly string[], search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const haystack = texts.join('\n').toLowerCase();
  return words.every((word) => haystack.includes(word));
}
