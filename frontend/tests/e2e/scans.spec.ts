/** The signed convention sent from the page: photographs on a weak network, a cut, a PDF, what is refused. */
import type { Page, Request } from '@playwright/test';
import { looseSpaces, violations } from '../support/checks.js';
import { docx, heic, pdfOf, photo, type Chosen } from '../support/photos.js';
import { asked, heading } from './support/product.js';
import { CLAIRE, signIn } from './support/team.js';
import { expect, test } from './support/test.js';

async function sendingScreen(page: Page, at: { page: string }) {
  await page.goto(at.page);
  await page.getByRole('link', { name: 'La convention à signer' }).click();
  await page.getByRole('link', { name: 'Envoyer la convention signée' }).click();
  await expect(page.getByRole('button', { name: 'Choisir un PDF ou des photos' })).toBeVisible();
}

const choose = (page: Page, files: Chosen[]) => page.locator('input[type=file]').first().setInputFiles(files);

async function sound(page: Page, name: string) {
  expect.soft(await violations(page), name).toEqual([]);
  expect.soft(await looseSpaces(page), name).toEqual([]);
}

/** What reached the bucket, page by page. */
function posts(page: Page) {
  const to = (r: Request) => r.method() === 'POST' && r.url().startsWith(process.env.BUCKET_URL!);
  const seen = { begun: 0, done: 0 };
  page.on('request', (r) => (seen.begun += to(r) ? 1 : 0));
  page.on('requestfinished', (r) => (seen.done += to(r) ? 1 : 0));
  return seen;
}

for (const width of [360, 1280]) {
  test(`twenty photographs of a telephone arrive on a weak network, cut once in the middle (${width} px)`, async ({
    page,
    site,
    context,
    allow,
  }) => {
    test.setTimeout(420_000);
    allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
    await page.setViewportSize({ width, height: 740 });
    const at = await asked(site);
    await sendingScreen(page, at);
    const shots = [];
    for (let n = 1; n <= 20; n++) shots.push(await photo(page, n, 2400, 3200, n === 2));
    for (let i = 0; i < 20; i += 5) {
      await choose(page, shots.slice(i, i + 5));
      await expect(page.locator('.shots > li')).toHaveCount(i + 5, { timeout: 120_000 });
      await expect(page.getByText('5 pages ajoutées')).toBeVisible({ timeout: 60_000 });
    }
    const tall = (n: number) =>
      page
        .getByAltText(`Aperçu de la page ${n}`, { exact: true })
        .evaluate((i: HTMLImageElement) => i.naturalHeight > i.naturalWidth);
    await expect.poll(() => tall(2)).toBe(true); // as the camera noted it
    await sound(page, 'twenty pages');
    const seen = posts(page);
    const network = await context.newCDPSession(page);
    await network.send('Network.enable');
    const limit = (offline: boolean, upload: number) =>
      network.send('Network.emulateNetworkConditions', {
        offline,
        latency: 150,
        downloadThroughput: upload,
        uploadThroughput: upload,
      });
    await limit(false, 400_000);
    await page.getByRole('button', { name: 'Envoyer les 20 pages' }).click();
    await expect(page.getByText('Envoi de la page 5 sur 20')).toBeVisible({ timeout: 120_000 });
    await sound(page, 'on the way');
    await limit(true, 0);
    await expect(heading(page, 'Envoyer la convention signée')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Reprendre l’envoi' })).toBeFocused({ timeout: 90_000 });
    const arrived = seen.done;
    expect(arrived).toBeGreaterThanOrEqual(4);
    await sound(page, 'cut');
    await limit(false, 1_000_000);
    await page.reload();
    await page.getByRole('button', { name: 'Reprendre l’envoi' }).press('Enter');
    await expect(page.getByText('vos 20 pages nous sont parvenues')).toBeVisible({ timeout: 180_000 });
    expect(seen.done).toBe(20); // none of them twice
    await expect(page.getByRole('link', { name: /Signée : 20 pages envoyées/ })).toBeVisible();
    await page.goto(at.file);
    await expect(page.getByText('Déclaré fait par votre collectivité').first()).toBeVisible();
  });
}

test('a PDF arrives; the team takes it; the contact takes it back', async ({ page, site }) => {
  test.setTimeout(240_000);
  const at = await asked(site);
  await sendingScreen(page, at);
  await choose(page, [pdfOf(2_000_000)]);
  await page.getByRole('button', { name: 'Envoyer ce PDF' }).click();
  await expect(page.getByText('votre PDF nous est parvenu')).toBeVisible();

  await page.setViewportSize({ width: 1280, height: 800 });
  await signIn(page, site, CLAIRE);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${site}/equipe/#/dossiers/${/#([a-z0-9]+)\./.exec(at.page)![1]}`);
  await page.getByRole('button', { name: 'Télécharger la convention signée' }).click();
  const link = page.getByRole('link', { name: /Convention signée \(PDF/ });
  await expect(link).toBeFocused();
  await sound(page, 'the team’s file');
  const got = await fetch((await link.getAttribute('href'))!);
  expect(got.headers.get('content-disposition')).toMatch(/^attachment/);
  expect((await got.arrayBuffer()).byteLength).toBe(2_000_000);

  await page.goto(at.page);
  await page.getByRole('link', { name: /Signée : un PDF envoyé/ }).click();
  await page.getByRole('button', { name: 'Effacer mon envoi' }).click();
  await expect(page.getByRole('link', { name: /La convention à signer À faire/ })).toBeVisible();
});

test('what is no PDF and no photograph is refused in words that say how to mend it; pages change places by keyboard', async ({
  page,
  site,
}) => {
  test.setTimeout(240_000);
  const at = await asked(site);
  await sendingScreen(page, at);
  await choose(page, [docx()]);
  await expect(page.getByRole('alert')).toContainText('n’est ni un PDF ni une photo');
  await expect(page.getByRole('alert')).toBeFocused();
  await choose(page, [heic()]);
  await expect(page.getByRole('alert')).toContainText('format HEIC');
  await choose(page, [pdfOf(11_000_000)]);
  await expect(page.getByRole('alert')).toContainText('10 Mo au plus');
  await sound(page, 'refused');
  await choose(page, [await photo(page, 1, 900, 1200), await photo(page, 2, 600, 1600)]);
  await expect(page.getByText('2 pages ajoutées')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: 'Descendre la page 1' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Monter la page 2' })).toBeFocused(); // it cannot go further down
  await page.getByRole('button', { name: 'Retirer la page 2' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Retirer la page 1' })).toBeFocused();
  await page.getByRole('button', { name: 'Envoyer cette page' }).press('Enter');
  await expect(page.getByText('votre page nous est parvenue')).toBeVisible();
});
