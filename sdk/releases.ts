import type { AppInput } from './app-type.ts';
import { archive, directory, link } from './primitives.ts';
import type { Resource } from './resource.ts';

/**
 * The resources that put deployed files on the node: `<folder>/releases/<number>` for each release that is kept, and
 * the link `<folder>/current`, which is switched atomically. Before the first deployment the link points to `empty`.
 */
export function releaseResources(
  input: Pick<AppInput<unknown>, 'releases' | 'app'>,
  options: { folder: string; empty: string; group?: string; mode?: string },
): Resource[] {
  const { app, releases } = input;
  const { folder, empty, group, mode = '0750' } = options;
  const oldestFirst = [...releases.kept].sort((a, b) => a.number - b.number);
  return [
    directory({ path: `${folder}/releases`, mode: '0711' }),
    ...oldestFirst.map((release) =>
      archive({
        path: `${folder}/releases/${release.number}`,
        source: 'upload',
        sha256: release.sha256,
        format: release.format,
        owner: app.user,
        group,
        mode,
      }),
    ),
    link({
      path: `${folder}/current`,
      target: releases.current ? `releases/${releases.current.number}` : empty,
    }),
  ];
}
