import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** `FREEHOLD_SCREENSHOTS=<folder>` keeps what was looked at. */
const folder = process.env.FREEHOLD_SCREENSHOTS;

/** A page as it stands has a title, no fault that axe finds in either scheme, and nothing that is wider than the window. */
export async function look(page: Page, name: string): Promise<void> {
  expect(await page.title()).toMatch(/^.+ · Freehold$/);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(TWO_FRAMES);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ target, failureSummary }) => [target, failureSummary]),
    }));
    expect({ name, colorScheme, found }).toEqual({ name, colorScheme, found: [] });
    await keep(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const { width = 0 } = page.viewportSize() ?? {};
  const needed = Number(await page.evaluate('document.documentElement.scrollWidth'));
  expect({ name, needed, fits: needed <= width }).toEqual({ name, needed, fits: true });
}

/** By then every element has the colours of the scheme. */
const TWO_FRAMES = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';

async function keep(page: Page, name: string): Promise<void> {
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const { width = 0 } = page.viewportSize() ?? {};
  await page.screenshot({ path: join(folder, `${name}-${width}.png`) });
}
