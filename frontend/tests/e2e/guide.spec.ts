import { loadGuide } from '../../tools/content.js';
import { expect, test } from './support/test.js';

const guide = loadGuide();
const plain = (text: string) => text.replace(/\s+/g, ' ').trim();

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  for (const [mode, content] of Object.entries(guide.modes)) {
    test(`the guide (${mode}) says every sentence of the content, without a script`, async ({ page, site }) => {
      await page.goto(`${site}/guide/`);
      await page.getByRole('link', { name: content.title }).click();
      await expect(page).toHaveURL(new RegExp(`/guide/${mode}/$`));
      const text = plain(await page.locator('main').innerText());
      for (const step of content.steps) {
        const sentences = [
          step.title,
          ...step.body,
          ...step.help,
          ...step.options.flatMap((o) => [o.title, ...o.body]),
        ];
        for (const sentence of sentences) expect(text).toContain(plain(sentence));
        for (const link of step.links) await expect(page.locator(`main a[href="${link.url}"]`).first()).toBeVisible();
      }
      await expect(page.locator('script')).toHaveCount(0);
    });
  }

  test('pages that need a script say so, and give a telephone number', async ({ page, site }) => {
    for (const path of ['/', '/session/', '/inscription/nom/', '/dossier/', '/lien-perdu/']) {
      await page.goto(site + path);
      await expect(page.getByText(/besoin de JavaScript/)).toBeVisible();
    }
  });
});

test('each page has one h1, a language and a title of its own', async ({ page, site }) => {
  await page.goto(`${site}/plan-du-site/`);
  const paths = await page.locator('main a').evaluateAll((links) => links.map((a) => a.getAttribute('href')!));
  const titles = new Set<string>();
  for (const path of paths) {
    await page.goto(site + path);
    await expect(page.locator('h1')).toHaveCount(1);
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    titles.add(await page.title());
  }
  expect(titles.size).toBe(paths.length);
});

test('an unknown address answers 404 with a way out', async ({ page, site, allow }) => {
  allow(/404/);
  const answer = await page.goto(`${site}/nulle-part/`);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1, name: 'Page introuvable' })).toBeVisible();
});
