import { join } from 'node:path';
import { testPluginConformance } from '@freehold/sdk/testing';
import { describe, test } from 'vitest';

describe('a plugin with a little of everything', () => {
  testPluginConformance(test, {
    plugins: [join(import.meta.dirname, 'fixtures/memo')],
    oldSpecs: { memo: { 1: { note: 'Old' } } },
  });
});
