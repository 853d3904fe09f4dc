import { describe } from 'vitest';
import { simulatedTestMachine } from '../testing/simulated-test-machine.ts';
import { describePrimitives } from './primitive-contract.ts';

describe('on the simulated machine', () => describePrimitives(simulatedTestMachine));
