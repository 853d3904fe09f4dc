import { describe } from 'vitest';
import { simulatedTestMachine } from '../testing/simulated-test-machine.ts';
import { describeSystem } from './system-contract.ts';

describe('the simulated machine', () => describeSystem(simulatedTestMachine));
