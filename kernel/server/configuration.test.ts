import { expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';

const DATABASE_URL = 'postgresql://freehold@localhost/freehold?host=/run';

test('everything but the database has a default', () => {
  expect(readConfiguration({ DATABASE_URL, XDG_DATA_HOME: '/home/ada/.data' })).toEqual({
    home: process.getuid?.() === 0 ? '/var/lib/freehold' : '/home/ada/.data/freehold',
    host: '127.0.0.1',
    port: 8600,
    databaseUrl: DATABASE_URL,
    program: expect.stringMatching(/^\//),
    logLevel: 'info',
    trustedProxies: [],
    webhookNetworks: [],
  });
});

test('what is given counts', () => {
  const given = {
    DATABASE_URL,
    FREEHOLD_HOME: '/srv/fh/',
    FREEHOLD_HOST: '::1',
    FREEHOLD_PORT: '0',
    FREEHOLD_PROGRAM: '/opt/fh',
    FREEHOLD_LOG_LEVEL: 'warn',
  };
  expect(readConfiguration(given)).toMatchObject({
    home: '/srv/fh',
    host: '::1',
    port: 0,
    program: '/opt/fh',
    logLevel: 'warn',
  });
});

test('everything that is wrong is told at once', () => {
  const wrong = {
    FREEHOLD_HOME: 'relative',
    FREEHOLD_HOST: 'a b',
    FREEHOLD_PORT: '70000',
    FREEHOLD_PROGRAM: './x',
    FREEHOLD_LOG_LEVEL: 'loud',
  };
  expect(() => readConfiguration(wrong)).toThrow(
    /FREEHOLD_HOME is "relative".*FREEHOLD_HOST.*FREEHOLD_PORT is "70000".*FREEHOLD_PROGRAM.*FREEHOLD_LOG_LEVEL.*DATABASE_URL is missing/s,
  );
});

test.each(['mysql://x/y', 'postgresql://[', 'localhost'])('the database cannot be at %s', (url) => {
  expect(() => readConfiguration({ DATABASE_URL: url })).toThrow(/DATABASE_URL is/);
});

test('a data folder whose sockets could not be opened is refused', () => {
  expect(() => readConfiguration({ DATABASE_URL, FREEHOLD_HOME: `/${'x'.repeat(60)}` })).toThrow(
    /at most 50 characters/,
  );
});
