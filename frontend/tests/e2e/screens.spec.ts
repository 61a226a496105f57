import { looseSpaces, reflows, smallTargets, unannounced, violations } from '../support/checks.js';
import { screens, show } from '../support/screens.js';
import { expect, test } from './support/test.js';

/** Screens where the failure is the scene: the browser names the failed request. */
const failing = /Failed to load resource|ERR_FAILED/;

for (const screen of screens) {
  test(`${screen.name}: accessible, nothing cut at 320 px, targets large enough, French typography, errors focused`, async ({
    page,
    scenes,
    allow,
  }) => {
    allow(failing);
    if (screen.kiosk) await page.setViewportSize({ width: 820, height: 1180 });
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
    await show(page, scenes, screen);
    await expect.poll(() => unannounced(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' });
    expect(await violations(page, ['color-contrast'])).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    expect(await looseSpaces(page)).toEqual([]);
    await reflows(page, screen.name, screen.kiosk ? 820 : 360);
  });
}
