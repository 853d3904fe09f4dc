import type { Problem } from '@freehold/sdk';
import type { HttpRouteSpec } from '../contract/http-route.ts';
import { bytesOf } from '../contract/text.ts';
import { PAGES_PATH } from '../pages/pages.ts';
import { planAliases, planProxies, planRedirects } from './location-plan.ts';

/** What is wrong with a route beyond its schema. */
export function routeProblems(spec: HttpRouteSpec): Problem[] {
  return [
    ...sourceProblems(spec),
    ...redirectProblems(spec),
    ...aliasProblems(spec),
    ...locationProblems(spec),
    ...errorPageProblems(spec),
    ...headerProblems(spec),
    ...limitProblems(spec),
  ];
}

function sourceProblems({ folder, fastcgi, proxies = [], redirects = [] }: HttpRouteSpec): Problem[] {
  const problems: Problem[] = [];
  if (!folder && proxies.length === 0 && redirects.length === 0)
    problems.push({
      pointer: '',
      message: 'The route leads nowhere.',
      remedy: 'Give a folder, a proxy or a redirect.',
    });
  if (fastcgi && !folder)
    problems.push({ pointer: '/folder', message: 'FastCGI needs a folder with scripts.', remedy: 'Give the folder.' });
  proxies.forEach(({ target }, index) => {
    if (!isReachable(target))
      problems.push({
        pointer: `/proxies/${index}/target`,
        message: `${target} is no address of a program.`,
        remedy: 'Give a port from 1 to 65535, and numbers up to 255 in an IPv4 address.',
      });
  });
  return problems;
}

function isReachable(target: string): boolean {
  if (target.startsWith('unix:')) return true;
  const [, host = '', port = ''] = /^tcp:(.*):([0-9]+)$/.exec(target) ?? [];
  return URL.canParse(`http://${host}:${port}`) && Number(port) > 0;
}

function redirectProblems({ redirects = [], hostnames }: HttpRouteSpec): Problem[] {
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

function aliasProblems({ aliases = [], folder }: HttpRouteSpec): Problem[] {
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
function locationProblems(spec: HttpRouteSpec): Problem[] {
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

function errorPageProblems({ errorPages = [] }: HttpRouteSpec): Problem[] {
  return errorPages.flatMap(({ status }, index) =>
    errorPages.findIndex((other) => other.status === status) < index
      ? [
          {
            pointer: `/errorPages/${index}/status`,
            message: `There are two pages for status ${status}.`,
            remedy: 'Leave one of them out.',
          },
        ]
      : [],
  );
}

/** Headers that nginx or the protocol writes, and those that have fields of their own. */
const TAKEN_HEADERS: Readonly<Record<string, string>> = {
  connection: 'It belongs to the protocol.',
  'content-encoding': 'nginx writes it.',
  'content-length': 'nginx writes it.',
  'content-type': 'nginx writes it.',
  date: 'nginx writes it.',
  'keep-alive': 'It belongs to the protocol.',
  location: 'Use a redirect.',
  'referrer-policy': 'Set referrerPolicy.',
  server: 'nginx writes it.',
  'set-cookie': 'Let the site set it.',
  status: 'It belongs to the protocol.',
  'strict-transport-security': 'Set hsts.',
  'transfer-encoding': 'It belongs to the protocol.',
  upgrade: 'It belongs to the protocol.',
  'x-accel-redirect': 'It would open internal addresses.',
  'x-content-type-options': 'It is always sent.',
  'x-frame-options': 'Set frameOptions.',
};

function headerProblems({ headers }: HttpRouteSpec): Problem[] {
  const own = headers?.own ?? [];
  return own.flatMap(({ name }, index) => {
    const pointer = `/headers/own/${index}/name`;
    const remedy = TAKEN_HEADERS[name.toLowerCase()];
    if (remedy) return [{ pointer, message: `The header ${name} cannot be set here.`, remedy }];
    const first = own.findIndex((other) => other.name.toLowerCase() === name.toLowerCase());
    return first < index
      ? [{ pointer, message: `The header ${name} is given twice.`, remedy: 'Leave one of them out.' }]
      : [];
  });
}

function limitProblems({ limits }: HttpRouteSpec): Problem[] {
  if (!limits?.bodySize) return [];
  const bytes = bytesOf(limits.bodySize);
  return bytes <= bytesOf('16G')
    ? []
    : [
        {
          pointer: '/limits/bodySize',
          message: `${limits.bodySize} is too much for one request.`,
          remedy: 'At most 16G.',
        },
      ];
}
