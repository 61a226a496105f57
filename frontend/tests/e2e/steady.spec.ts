import type { Page } from '@playwright/test';
import { expect, test } from './support/test.js';

/** Screens with their data, on a slow network: nothing that is read may move when the rest comes. */
const screens = [
  '/',
  '/session/?id=budget-nantes',
  '/inscription/financement/?session=budget-nantes',
  '/dossier/#dife.1.holder.exemple',
  '/papiers/#collectivite.1.authority.exemple',
];
const limit = 0.02;

async function shift(page: Page) {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(300);
  return page.evaluate(() => (globalThis as unknown as { shifted: number }).shifted);
}

for (const path of screens)
  test(`${path.split(/[?#]/)[0]} does not move under the reader`, async ({ page, scenes }) => {
    await page.addInitScript(() => {
      const sum = globalThis as unknown as { shifted: number };
      sum.shifted = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum.shifted += (entry as unknown as { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.route('**/api/**', async (route) => {
      await new Promise((later) => setTimeout(later, 400));
      await route.continue();
    });
    await page.goto(scenes + path);
    expect(await shift(page)).toBeLessThan(limit);
  });
