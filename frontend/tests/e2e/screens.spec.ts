import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { screens, show, type Screen } from '../support/screens.js';
import { expect, test } from './support/test.js';

/** Screens where the failure is the scene: the browser names the failed request. */
const failing = /Failed to load resource|ERR_FAILED/;

/** Names what overflows the width, if anything does. */
function overflow(page: Page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const wide = [...document.querySelectorAll('body *')].filter((e) => {
      const box = e.getBoundingClientRect();
      return box.right > width + 1 && box.width > 1 && getComputedStyle(e).position !== 'absolute';
    });
    return wide.slice(0, 3).map((e) => `${e.tagName}.${e.className}: ${e.textContent?.trim().slice(0, 40)}`);
  });
}

/** Targets smaller than 48 px high, other than links inside a sentence; a line's rounding is forgiven. */
function smallTargets(page: Page) {
  return page.evaluate(() => {
    const shown = (e: Element) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
    const alone = (a: Element) => {
      const around = a.closest('p, li, dd, dt, h1, h2, h3, nav, td') ?? a;
      const words = (e: Element) => (e.textContent ?? '').replace(/\s+/g, '');
      return words(around) === words(a) && !around.closest('.card');
    };
    const all = [
      ...document.querySelectorAll(
        'button, summary, select, input:not([type=radio]):not([type=checkbox]), .choice > span, .button',
      ),
      ...[...document.querySelectorAll('a[href]')].filter((a) => alone(a) && !a.matches('.skip')),
    ];
    return all
      .filter((e) => shown(e) && e.getBoundingClientRect().height < 47)
      .map((e) => `${e.tagName} ${e.textContent?.trim().slice(0, 40)} ${e.getBoundingClientRect().height}`);
  });
}

/** French typography: no ordinary space before « : ; ! ? » or inside quotation marks. */
function looseSpaces(page: Page) {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent ?? '';
      const loose = /[^\s] [:;!?»]|« |'[a-zéèêà]/.exec(text);
      if (loose && walker.currentNode.parentElement?.closest('script, style, noscript') === null)
        found.push(text.trim());
    }
    return found;
  });
}

for (const screen of screens) {
  test(`${screen.name}: accessible, nothing cut at 320 px, targets large enough, French typography`, async ({
    page,
    scenes,
    allow,
  }) => {
    allow(failing);
    if (screen.kiosk) await page.setViewportSize({ width: 820, height: 1180 });
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
    await show(page, scenes, screen);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' });
    expect(await violations(page, ['color-contrast'])).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    expect(await looseSpaces(page)).toEqual([]);
    await reflows(page, screen);
  });
}

async function violations(page: Page, rules?: string[]) {
  const axe = new AxeBuilder({ page });
  if (rules) axe.withRules(rules);
  const { violations } = await axe.analyze();
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`);
}

async function reflows(page: Page, screen: Screen) {
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await overflow(page), `${screen.name} at 320 px`).toEqual([]);
  // 200 % text on a phone: the size of the root doubles, as a browser's setting does. The page keeps its width.
  await page.setViewportSize({ width: screen.kiosk ? 820 : 360, height: 900 });
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('html { font-size: 225% !important }');
    document.adoptedStyleSheets = [sheet];
  });
  expect(await overflow(page), `${screen.name} with text at 200 %`).toEqual([]);
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways, `${screen.name} with text at 200 % scrolls sideways`).toBeLessThanOrEqual(0);
}
