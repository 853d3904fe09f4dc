import type { PrimitiveType } from '@freehold/sdk';
import { archiveHandler } from './archive.ts';
import { commandHandler } from './command.ts';
import { datasetHandler } from './dataset.ts';
import { directoryHandler } from './directory.ts';
import { fileHandler } from './file.ts';
import { fragmentHandler } from './fragment.ts';
import { keyHandler } from './key.ts';
import { linkHandler } from './link.ts';
import { logHandler } from './log.ts';
import { packageHandler } from './package.ts';
import type { PrimitiveHandler } from './primitive.ts';
import { serviceHandler } from './service.ts';
import { timerHandler } from './timer.ts';
import { userHandler } from './user.ts';

/** How to deal with each primitive. */
const handlers = {
  directory: directoryHandler,
  file: fileHandler,
  fragment: fragmentHandler,
  link: linkHandler,
  user: userHandler,
  key: keyHandler,
  archive: archiveHandler,
  command: commandHandler,
  service: serviceHandler,
  timer: timerHandler,
  dataset: datasetHandler,
  package: packageHandler,
  log: logHandler,
};

/**
 * The handler of a type, for code that treats all types alike. Specs and facts come as JSON out of the store and go back to the
 * handler that made them, so their types are the handler's own business.
 */
export function handlerOf(type: PrimitiveType): PrimitiveHandler<PrimitiveType, unknown, unknown> {
  return handlers[type] as unknown as PrimitiveHandler<PrimitiveType, unknown, unknown>;
}
