import { accessErrors } from './catalogue/access.ts';
import { accountErrors } from './catalogue/accounts.ts';
import { appErrors } from './catalogue/apps.ts';
import { domainErrors } from './catalogue/domains.ts';
import { edgeErrors } from './catalogue/edge.ts';
import { fileErrors } from './catalogue/files.ts';
import { mailErrors } from './catalogue/mail.ts';
import { nodeErrors } from './catalogue/nodes.ts';
import { operationErrors } from './catalogue/operations.ts';
import { packageErrors } from './catalogue/packages.ts';
import { pluginErrors } from './catalogue/plugins.ts';

export type { ErrorKind } from './catalogue/error-kind.ts';

/** Every error that the API answers with, by its stable code. Each area has a file. `docs/errors.md` is made from it. */
export const catalogue = {
  ...edgeErrors,
  ...accountErrors,
  ...accessErrors,
  ...packageErrors,
  ...domainErrors,
  ...appErrors,
  ...fileErrors,
  ...nodeErrors,
  ...pluginErrors,
  ...operationErrors,
  ...mailErrors,
} as const;

export type ErrorCode = keyof typeof catalogue;
