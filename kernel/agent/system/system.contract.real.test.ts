import { userInfo } from 'node:os';
import { describe } from 'vitest';
import { realTestMachine } from '../testing/real-test-machine.ts';
import { describeSystem } from './system-contract.ts';

describe.skipIf(userInfo().uid !== 0)('the real machine', () => describeSystem(realTestMachine));
