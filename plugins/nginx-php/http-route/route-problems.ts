import type { Problem } from '@freehold/sdk';
import type { HttpRouteSpec } from '../contract/http-route.ts';
import { bytesOf } from '../contract/text.ts';
import { aliasProblems, locationProblems, redirectProblems } from './location-problems.ts';

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

function sourceProblems({ folder, fastcgi, proxies = [], redirects = [], suspended }: HttpRouteSpec): Problem[] {
  const problems: Problem[] = [];
  if (!suspended && !folder && proxies.length === 0 && redirects.length === 0)
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
