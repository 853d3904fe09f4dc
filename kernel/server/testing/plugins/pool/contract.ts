import { defineResourceType, Fields, Line, Type } from '@freehold/sdk';

/** A pool of workers, for tests. */
export const pool = defineResourceType({
  type: 'test.pool',
  version: 1,
  spec: Fields({ version: Type.String(), title: Line(), password: Type.Optional(Type.String()) }),
  outputs: { socket: 'Where it listens.' },
});
