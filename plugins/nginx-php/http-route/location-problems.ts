import type { Problem } from '@freehold/sdk';
import type { HttpRouteSpec } from '../contract/http-route.ts';
import { PAGES_PATH } from '../pages/pages.ts';
import { planAliases, planProxies, planRedirects } from './location-plan.ts';

/** What is wrong with the redirects, each for itself. */
export function redirectProblems({ redirects = [], hostnames }: HttpRouteSpec): Problem[] {
  const problems: Problem[] = [];
  const hosts = new Set<string>();
  redirects.forEach(({ path, host, below, to }, index) => {
    const pointer = `/redirects/${index}`;
    if ((path === undefined) === (host === undefined))
      problems.push({
        pointer,
        message: 'A redirect is from a path or from a host name.',
        remedy: 'Give exactly one of path and host.',
      });
    if (path === '/' && below)
      problems.push({
        pointer: `${pointer}/path`,
        message: 'A redirect of everything below / leaves nothing of the site.',
        remedy: 'Redirect a host name instead.',
      });
    if (path !== undefined && to === path)
      problems.push({
        pointer: `${pointer}/to`,
        message: `${path} would redirect to itself.`,
        remedy: 'Give another target.',
      });
    if (host !== undefined && hostnames.includes(host))
      problems.push({
        pointer: `${pointer}/host`,
        message: `${host} is a host name of the site, so it cannot redirect as a whole.`,
        remedy: 'Take it off the host names, or redirect a path.',
      });
    if (host !== undefined && hosts.has(host))
      problems.push({
        pointer: `${pointer}/host`,
        message: `${host} redirects twice.`,
        remedy: 'Leave one of them out.',
      });
    if (host !== undefined) hosts.add(host);
  });
  return problems;
}

export function aliasProblems({ aliases = [], folder }: HttpRouteSpec): Problem[] {
  return aliases.flatMap(({ path, base }, index) => [
    ...(path === '/'
      ? [
          {
            pointer: `/aliases/${index}/path`,
            message: 'The whole site cannot be an alias.',
            remedy: 'Set the document root instead.',
          },
        ]
      : []),
    ...(base === undefined && folder === undefined
      ? [{ pointer: `/aliases/${index}/base`, message: 'The alias has no base folder.', remedy: 'Give one.' }]
      : []),
  ]);
}

/** nginx 1.22 keeps the length of a location in one byte, and takes longer ones for others. */
const LONGEST_LOCATION = 255;

/** Two things for one path, which nginx would refuse, and paths that it would confuse. */
export function locationProblems(spec: HttpRouteSpec): Problem[] {
  const problems: Problem[] = [];
  const taken = new Map<string, string>([[`^~ ${PAGES_PATH}`, 'the error pages']]);
  const claim = (location: string, pointer: string, what: string) => {
    const other = taken.get(location);
    if (other)
      problems.push({
        pointer: `${pointer}/path`,
        message: `${location.slice(location.indexOf('/'))} is taken by ${other} already.`,
        remedy: 'Give each path one meaning.',
      });
    if (Buffer.byteLength(location) > LONGEST_LOCATION)
      problems.push({
        pointer: `${pointer}/path`,
        message: `The path has more than ${LONGEST_LOCATION - 3} bytes in UTF-8.`,
        remedy: 'Use a shorter path.',
      });
    taken.set(location, what);
  };

  (spec.redirects ?? []).forEach((redirect, index) => {
    for (const { path, below } of planRedirects([redirect])) {
      claim(`= ${path}`, `/redirects/${index}`, `redirect ${index + 1}`);
      if (below) claim(`^~ ${below.path}`, `/redirects/${index}`, `redirect ${index + 1}`);
    }
  });
  planAliases(spec).forEach(({ path, below }, index) => {
    claim(`= ${path}`, `/aliases/${index}`, `alias ${index + 1}`);
    claim(`^~ ${below}`, `/aliases/${index}`, `alias ${index + 1}`);
  });
  (spec.proxies ?? []).forEach((proxy, index) => {
    for (const { exact, path } of planProxies([proxy]))
      claim(`${exact ? '=' : '^~'} ${path}`, `/proxies/${index}`, `proxy ${index + 1}`);
  });
  return problems;
}
