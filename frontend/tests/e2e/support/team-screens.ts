/** What every screen of the organisation's side must be, as it stands. */
import type { Page } from '@playwright/test';
import { looseSpaces, reflows, smallTargets, violations } from '../../support/checks.js';
import { expect } from './test.js';

/** Accessible in light and dark, large enough to hit, nothing cut at 320 px, French typography. */
export async function check(page: Page, name: string) {
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  expect.soft(await violations(page), name).toEqual([]);
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' });
  expect.soft(await violations(page, ['color-contrast']), `${name}, dark`).toEqual([]);
  expect.soft(await smallTargets(page, 24), name).toEqual([]);
  expect.soft(await looseSpaces(page), name).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  expect.soft(await smallTargets(page, 44), `${name}, on a phone`).toEqual([]);
  await reflows(page, name);
  await page.setViewportSize({ width: 1280, height: 800 });
}
