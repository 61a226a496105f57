import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Names what overflows the width, if anything does. */
export function overflow(page: Page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const wide = [...document.querySelectorAll('body *')].filter((e) => {
      const box = e.getBoundingClientRect();
      return box.right > width + 1 && box.width > 1 && getComputedStyle(e).position !== 'absolute';
    });
    return wide.slice(0, 3).map((e) => `${e.tagName}.${e.className}: ${e.textContent?.trim().slice(0, 40)}`);
  });
}

/** Targets lower than so many pixels, other than links inside a sentence; a line's rounding is forgiven. */
export function smallTargets(page: Page, least = 48) {
  return page.evaluate((least) => {
    const shown = (e: Element) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
    const alone = (a: Element) => {
      const around = a.closest('p, li, dd, dt, h1, h2, h3, nav, td') ?? a;
      const words = (e: Element) => (e.textContent ?? '').replace(/\s+/g, '');
      return words(around) === words(a) && !around.closest('.card');
    };
    const all = [
      ...document.querySelectorAll(
        'button, summary, select, textarea, input:not([type=radio]):not([type=checkbox]), .choice > span, .button',
      ),
      ...[...document.querySelectorAll('a[href]')].filter((a) => alone(a) && !a.matches('.skip')),
    ];
    return all
      .filter((e) => shown(e) && e.getBoundingClientRect().height < least - 1)
      .map((e) => `${e.tagName} ${e.textContent?.trim().slice(0, 40)} ${e.getBoundingClientRect().height}`);
  }, least);
}

/** French typography: no ordinary space before « : ; ! ? » or inside quotation marks. */
export function looseSpaces(page: Page) {
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

/** What axe finds, best practices included. */
export async function violations(page: Page, rules?: string[]) {
  const axe = new AxeBuilder({ page });
  if (rules) axe.withRules(rules);
  const { violations } = await axe.analyze();
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`);
}

/** A drawing is made anew in the frame after, for which a busy machine may take its time. */
const SOON = { intervals: [50] };

/** At 320 px, and with text at 200 %: nothing cut, nothing that scrolls sideways. */
export async function reflows(page: Page, name: string, width = 360) {
  await page.setViewportSize({ width: 320, height: 640 });
  await expect.poll(() => overflow(page), { message: `${name} at 320 px`, ...SOON }).toEqual([]);
  // The size of the root doubles, as a browser's setting does. The page keeps its width.
  await page.setViewportSize({ width, height: 900 });
  const size = await page.evaluate(() => {
    const twice = 2 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`html { font-size: ${twice}px !important }`);
    document.adoptedStyleSheets = [sheet];
    return twice;
  });
  expect(size).toBeGreaterThanOrEqual(32);
  await expect.poll(() => overflow(page), { message: `${name} with text at 200 %`, ...SOON }).toEqual([]);
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways, `${name} with text at 200 % scrolls sideways`).toBeLessThanOrEqual(0);
  await page.evaluate(() => (document.adoptedStyleSheets = []));
}

/** What is wrong, or asked, and has not the focus: neither the keyboard nor a screen reader is taken to it. */
export function unannounced(page: Page) {
  return page.evaluate(() => {
    const told = [...document.querySelectorAll('.summary, #failure, #suggestion')];
    const at = document.activeElement;
    return told.some((e) => e === at || e.contains(at)) ? [] : told.map((e) => e.textContent?.trim().slice(0, 60));
  });
}
