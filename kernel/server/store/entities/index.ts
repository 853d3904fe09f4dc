export * from './account.entity.ts';
export * from './app.entity.ts';
export * from './node.entity.ts';
export * from './operation.entity.ts';
export * from './question.entity.ts';
export * from './reconciliation.entity.ts';
export * from './record.entity.ts';
export * from './tenant.entity.ts';
