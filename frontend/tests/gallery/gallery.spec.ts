/** A picture of every screen and of every e-mail, on a phone and a tablet, light and dark; gallery/index.html shows them. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { screens, show } from '../support/screens.js';
import { folder } from './start.js';

const sizes = { phone: { width: 360, height: 740 }, tablet: { width: 820, height: 1180 } };
const looks = (['phone', 'tablet'] as const).flatMap((size) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ size, colorScheme, name: `${size}-${colorScheme}` })),
);

for (const look of looks) {
  const picture = (name: string) => ({ path: join(folder, `${name}.${look.name}.png`), fullPage: true });

  for (const screen of screens) {
    test(`${screen.name}, ${look.name}`, async ({ page }) => {
      await page.setViewportSize(sizes[look.size]);
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: look.colorScheme });
      await show(page, process.env.STAGE_URL!, screen);
      await page.screenshot(picture(screen.name));
    });
  }

  test(`every e-mail, ${look.name}`, async ({ page }) => {
    test.slow();
    await page.setViewportSize(sizes[look.size]);
    await page.emulateMedia({ colorScheme: look.colorScheme });
    const list = `${process.env.BASE_URL}/_local/mails/`;
    await page.goto(list);
    const mails = await page.locator('a[href$=".html"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')!));
    expect(mails.length).toBeGreaterThan(0);
    for (const mail of mails) {
      await page.goto(list + mail);
      await page.screenshot(picture(`mail-${mail.replace('.html', '')}`));
    }
  });
}

test.afterAll(() => {
  const pictures = readdirSync(folder).filter((f) => f.endsWith('.png'));
  const names = [...new Set(pictures.map((f) => f.split('.')[0]!))].sort();
  const shown = (name: string) =>
    pictures
      .filter((f) => f.startsWith(`${name}.`))
      .map((f) => `<a href="${f}"><img src="${f}" alt="${f}" width="240" loading="lazy"></a>`)
      .join(' ');
  const body = names.map((name) => `<h2>${name}</h2>\n<p>${shown(name)}</p>`).join('\n');
  writeFileSync(join(folder, 'index.html'), `<!DOCTYPE html>\n<meta charset="utf-8">\n<title>Écharpe</title>\n${body}\n`);
});
