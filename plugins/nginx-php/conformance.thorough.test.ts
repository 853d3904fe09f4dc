import { testPluginConformance } from '@freehold/sdk/testing';
import { test } from 'vitest';

testPluginConformance(test, { plugins: [import.meta.url] });
