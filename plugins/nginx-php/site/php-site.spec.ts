import { Fields, type Static, Type } from '@freehold/sdk';
import { BrowserCache, FrontController, Headers, IndexFiles, Limits } from '../contract/http-route.fields.ts';
import { DEFAULT_WORKERS } from '../contract/php-entitlements.ts';
import { Environment, PhpVersion, Workers } from '../contract/php-pool.ts';
import { PhpSettings } from '../contract/php-settings.ts';
import { Aliases, DocumentRoot, ErrorPages, Hostnames, Redirects } from './site-fields.ts';

export const PHP_INDEX_FILES = ['index.php', 'index.html'];

/** What a tenant says of a PHP website. */
export const PhpSiteSpec = Fields({
  hostnames: Hostnames,
  phpVersion: Type.Optional(PhpVersion()),
  documentRoot: Type.Optional(DocumentRoot),
  frontController: Type.Optional(FrontController()),
  indexFiles: Type.Optional(IndexFiles({ default: PHP_INDEX_FILES })),
  phpSettings: Type.Optional(PhpSettings),
  environment: Type.Optional(Environment),
  workers: Type.Optional(Workers({ default: DEFAULT_WORKERS })),
  redirects: Type.Optional(Redirects),
  aliases: Type.Optional(Aliases),
  errorPages: Type.Optional(ErrorPages),
  headers: Type.Optional(Headers),
  browserCache: Type.Optional(BrowserCache({ default: 'off' })),
  compression: Type.Optional(
    Type.Boolean({ title: 'Compression', description: 'Of text that is sent.', default: true }),
  ),
  limits: Type.Optional(Limits),
});
export type PhpSiteSpec = Static<typeof PhpSiteSpec>;
