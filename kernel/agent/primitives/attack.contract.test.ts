import { describe } from 'vitest';
import { simulatedTestMachine } from '../testing/simulated-test-machine.ts';
import { describeAttacks } from './attack-contract.ts';

describe('on the simulated machine', () => describeAttacks(simulatedTestMachine));
