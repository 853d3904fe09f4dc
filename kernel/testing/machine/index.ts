export type { Connection } from './connection.ts';
export type { Script, ScriptedRun, ScriptResult } from './simulated-commands.ts';
export { SimulatedMachine, type SimulatedMachineOptions } from './simulated-machine.ts';
export type { Daemon } from './simulated-services.ts';
export type { MachineSnapshot } from './snapshot.ts';
