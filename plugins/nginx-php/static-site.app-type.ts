import { type AppInput, defineAppType, Fields, type Static, Type } from '@freehold/sdk';
import { BrowserCache, Headers, IndexFiles, Limits } from './contract/http-route.fields.ts';
import { httpRoute } from './contract/http-route.ts';
import { SitePath } from './contract/text.ts';
import { routeProblems } from './http-route/route-problems.ts';
import { staticStarter } from './pages/starter-pages.ts';
import { DocumentRoot, ErrorPages, Hostnames, Redirects } from './site/site-fields.ts';
import { allHostnames, SITE_FILES, siteFiles, siteFolders, siteLinks } from './site/site-files.ts';

const Spec = Fields({
  hostnames: Hostnames,
  documentRoot: Type.Optional(DocumentRoot),
  indexFiles: Type.Optional(IndexFiles({ default: ['index.html'] })),
  fallback: Type.Optional(
    SitePath({
      title: 'Single-page application',
      description: 'The page that answers every address that is no file. Left out: such addresses answer 404.',
      examples: ['/index.html'],
    }),
  ),
  redirects: Type.Optional(Redirects),
  errorPages: Type.Optional(ErrorPages),
  headers: Type.Optional(Headers),
  browserCache: Type.Optional(BrowserCache({ default: 'day' })),
  compression: Type.Optional(
    Type.Boolean({ title: 'Compression', description: 'Of text that is sent.', default: true }),
  ),
  limits: Type.Optional(Limits),
});
export type StaticSiteSpec = Static<typeof Spec>;

export const staticSite = defineAppType({
  id: 'static-site',
  title: 'Static website',
  description: 'A website made of files: HTML, style sheets, scripts, images. Deploy your files, and it is online.',
  category: 'web',
  specVersion: 1,
  spec: Spec,
  files: SITE_FILES,
  check: (input) => routeProblems(planRoute({ ...input, app: { ...input.app, suspended: false } })),
  resources: (input) => [...siteFiles(input, staticStarter), httpRoute.resource('main', planRoute(input))],
  links: siteLinks,
});

function planRoute({ app, spec, releases }: AppInput<StaticSiteSpec>): Parameters<typeof httpRoute.resource>[1] {
  if (app.suspended) return { hostnames: allHostnames(spec), suspended: true };
  const { hostnames, documentRoot, indexFiles, fallback, ...rest } = spec;
  return {
    hostnames,
    folder: siteFolders(app.home).current,
    ...(releases.current ? { documentRoot, indexFiles, fallback } : {}),
    ...rest,
  };
}
