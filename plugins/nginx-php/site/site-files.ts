import {
  type AppInput,
  dataset,
  directory,
  file,
  type Link,
  type Resource,
  releaseResources,
  user,
} from '@freehold/sdk';
import { webServerUser } from '../contract/web-server.ts';

/** What a tenant may deploy to one site. */
export const SITE_FILES = { maxBytes: 2 * 1024 ** 3, maxEntries: 200_000, keep: 5 };

/** Where the parts of a site stand. Everything above what the app's user may write belongs to root. */
export function siteFolders(home: string) {
  const files = `${home}/files`;
  return {
    files,
    current: `${files}/current`,
    starter: `${files}/starter`,
    data: `${files}/data`,
    logs: `${home}/logs`,
  };
}

/** The user, the folders and the deployed files of a site, with a page that stands for them until something is deployed. */
export function siteFiles(input: AppInput<unknown>, starter: { name: string; content: string }): Resource[] {
  const { app, node } = input;
  const folders = siteFolders(app.home);
  const group = webServerUser(node);
  return [
    user({ name: app.user, home: app.home }),
    directory({ path: app.home, mode: '0711' }),
    directory({ path: folders.logs, mode: '0711' }),
    dataset({ id: 'files', title: 'Files of the site', files: { path: folders.files, mode: '0711' } }),
    directory({ path: folders.data, owner: app.user, group, mode: '0750' }),
    directory({ path: folders.starter, mode: '0755' }),
    file({ path: `${folders.starter}/${starter.name}`, content: starter.content }),
    ...releaseResources(input, { folder: folders.files, empty: 'starter', group, mode: '0750' }),
  ];
}

/** The address of a site, with the node's port where it is not the usual one. */
export function siteLinks({ spec, node }: Pick<AppInput<{ hostnames: readonly string[] }>, 'spec' | 'node'>): Link[] {
  const port = node.ports.http === 80 ? '' : `:${node.ports.http}`;
  return spec.hostnames.slice(0, 1).map((hostname) => ({ title: hostname, url: `http://${hostname}${port}/` }));
}

/** All names of a site, those that only redirect too: they are suspended with it. */
export function allHostnames({
  hostnames,
  redirects = [],
}: {
  hostnames: string[];
  redirects?: { host?: string }[];
}): string[] {
  return [...new Set([...hostnames, ...redirects.flatMap(({ host }) => host ?? [])])];
}
