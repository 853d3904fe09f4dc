import { expect, test } from 'vitest';
import { renderErrors } from './document.ts';

test('docs/errors.md says what the catalogue says', async () => {
  await expect(renderErrors()).toMatchFileSnapshot('../../../docs/errors.md');
});
