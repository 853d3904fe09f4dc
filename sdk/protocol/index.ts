/** The exchange between server and agent. Not part of the contract with plugins. */
export * from './capabilities.ts';
export * from './exchange.ts';
export * from './report.ts';
export * from './state.ts';
export * from './work.ts';
