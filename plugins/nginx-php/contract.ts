/** What other plugins may import of nginx-php: its resource types and the parts their specs are made of. */
export * from './contract/http-route.fields.ts';
export * from './contract/http-route.ts';
export * from './contract/php-entitlements.ts';
export * from './contract/php-pool.ts';
export * from './contract/php-settings.ts';
export * from './contract/text.ts';
export * from './contract/web-server.ts';
