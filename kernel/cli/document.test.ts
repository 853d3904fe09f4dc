import { expect, test } from 'vitest';
import { renderCommands } from './document.ts';

test('docs/cli.md says what the commands say of themselves', async () => {
  await expect(renderCommands()).toMatchFileSnapshot('../../docs/cli.md');
});
