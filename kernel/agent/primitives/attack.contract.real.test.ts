import { userInfo } from 'node:os';
import { describe } from 'vitest';
import { realTestMachine } from '../testing/real-test-machine.ts';
import { describeAttacks } from './attack-contract.ts';

describe.skipIf(userInfo().uid !== 0)('on the real machine', () => describeAttacks(realTestMachine));
