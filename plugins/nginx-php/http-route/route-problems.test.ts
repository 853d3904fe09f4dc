import { expect, test } from 'vitest';
import type { HttpRouteSpec } from '../contract/http-route.ts';
import { routeProblems } from './route-problems.ts';

const files = { folder: '/srv/www' };

test.each<[what: string, spec: Partial<HttpRouteSpec>, pointers: string[]]>([
  ['nothing', files, []],
  ['leads nowhere', {}, ['']],
  ['is suspended', { suspended: true }, []],
  [
    'FastCGI without a folder',
    { fastcgi: { address: 'unix:/a.sock' }, redirects: [{ host: 'b.example', to: '/' }] },
    ['/folder'],
  ],
  ['a redirect from nothing', { ...files, redirects: [{ to: '/' }] }, ['/redirects/0']],
  ['a redirect from two', { ...files, redirects: [{ host: 'b.example', path: '/a', to: '/' }] }, ['/redirects/0']],
  ['a redirect of everything', { ...files, redirects: [{ path: '/', below: true, to: '/x' }] }, ['/redirects/0/path']],
  ['a redirect to itself', { ...files, redirects: [{ path: '/a', to: '/a' }] }, ['/redirects/0/to']],
  ['a redirect of its own name', { ...files, redirects: [{ host: 'a.example', to: '/' }] }, ['/redirects/0/host']],
  [
    'a name that redirects twice',
    {
      ...files,
      redirects: [
        { host: 'b.example', to: '/' },
        { host: 'b.example', to: '/x' },
      ],
    },
    ['/redirects/1/host'],
  ],
  [
    'one path with two meanings',
    { ...files, redirects: [{ path: '/a', to: '/' }], aliases: [{ path: '/a/', folder: '' }] },
    ['/aliases/0/path'],
  ],
  [
    'a folder with two meanings',
    {
      ...files,
      redirects: [{ path: '/a', below: true, to: '/' }],
      proxies: [{ path: '/a', target: 'tcp:127.0.0.1:1' }],
    },
    ['/proxies/0/path', '/proxies/0/path'],
  ],
  ['the path of our pages', { ...files, aliases: [{ path: '/.freehold-pages', folder: '' }] }, ['/aliases/0/path']],
  [
    'a path that nginx would cut',
    { ...files, aliases: [{ path: `/${'漢'.repeat(90)}`, folder: '' }] },
    ['/aliases/0/path', '/aliases/0/path'],
  ],
  ['the whole site as an alias', { ...files, aliases: [{ path: '/', folder: '' }] }, ['/aliases/0/path']],
  [
    'an alias to nowhere',
    { proxies: [{ path: '/', target: 'unix:/a' }], aliases: [{ path: '/a', folder: '' }] },
    ['/aliases/0/base'],
  ],
  ['a port that does not exist', { proxies: [{ path: '/', target: 'tcp:127.0.0.1:70000' }] }, ['/proxies/0/target']],
  ['an address that does not exist', { proxies: [{ path: '/', target: 'tcp:999.0.0.1:80' }] }, ['/proxies/0/target']],
  [
    'two pages for one error',
    {
      ...files,
      errorPages: [
        { status: 404, path: '/a' },
        { status: 404, path: '/b' },
      ],
    },
    ['/errorPages/1/status'],
  ],
  [
    'headers that are not free',
    {
      ...files,
      headers: {
        own: [
          { name: 'content-LENGTH', value: '1' },
          { name: 'X-A', value: '1' },
          { name: 'x-a', value: '2' },
        ],
      },
    },
    ['/headers/own/0/name', '/headers/own/2/name'],
  ],
  ['a request that is too large', { ...files, limits: { bodySize: '99G' } }, ['/limits/bodySize']],
])('says what is wrong: %s', (_what, spec, pointers) => {
  const problems = routeProblems({ hostnames: ['a.example'], ...spec });
  expect(problems.map(({ pointer }) => pointer)).toEqual(pointers);
  for (const { message, remedy } of problems) expect(message && remedy).toMatch(/\.$/);
});
