import type { Page } from '@playwright/test';
import { asked, heading, laterBy, mailsFor } from './support/product.js';
import { expect, test } from './support/test.js';

/** Waits for an e-mail to an address whose subject says so, moving the clock on. */
async function told(site: string, address: string, subject: RegExp) {
  const seen = async () => (await mailsFor(address)).some((m) => subject.test(m.subject));
  await expect
    .poll(async () => (await seen()) || (await laterBy(site, '1h')), { intervals: [1500], timeout: 90_000 })
    .toBeTruthy();
}

const save = (page: Page, name: string) => page.getByRole('button', { name }).click();

for (const width of [360, 1280]) {
  test(`a mairie agrees, says where to invoice and returns the convention (${width} px)`, async ({
    page,
    site,
    allow,
  }) => {
    test.setTimeout(240_000);
    allow(/422/);
    await page.setViewportSize({ width, height: 740 });
    const at = await asked(site);
    await page.goto(at.page);
    await page.getByRole('link', { name: 'La réponse de la collectivité' }).click();
    await expect(heading(page, 'Quelle est la réponse')).toBeVisible();
    await save(page, 'Enregistrer la réponse');
    await expect(page.getByRole('alert')).toContainText('accord ou refus');
    await page.getByLabel('Accord', { exact: false }).check();
    await save(page, 'Enregistrer la réponse');
    await expect(page.getByText('la collectivité est d’accord')).toBeVisible();

    await page.getByRole('link', { name: 'La facturation' }).click();
    await page.getByLabel('Oui', { exact: false }).check();
    await page.getByLabel('Numéro SIRET de').fill('214 401 093 00016');
    await page.getByLabel('Adresse de facturation').fill('1 place de la Mairie, 44190 Clisson');
    await save(page, 'Enregistrer');
    await expect(page.getByRole('alert')).toContainText('mal recopié');
    await page.getByLabel('Numéro SIRET de').fill('214 401 093 00015');
    await page.waitForTimeout(1000); // a second tap within a second is swallowed
    await save(page, 'Enregistrer');
    await expect(page.getByText('ce qu’il faut pour la facture')).toBeVisible();

    await page.getByRole('link', { name: 'La convention à signer' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /Convention de formation/ }).click();
    expect((await download).suggestedFilename()).toMatch(/^convention-.*\.pdf$/);
    await save(page, 'Je l’ai signée et renvoyée');
    await expect(page.getByRole('link', { name: /La convention à signer Signée et renvoyée/ })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('link', { name: /La réponse de la collectivité Accord/ })).toBeVisible();

    await told(site, at.email, /a signé la convention/);
    await page.goto(at.file);
    await expect(page.getByText('Déclaré fait par votre collectivité').first()).toBeVisible();
  });
}

test('a mairie refuses on a ground that the law does not admit: said gently, passed on, and can be undone', async ({
  page,
  site,
  allow,
}) => {
  test.setTimeout(240_000);
  allow(/Failed to load resource/);
  const at = await asked(site);
  await page.goto(at.page);
  await page.getByRole('link', { name: 'La réponse de la collectivité' }).click();
  await page.getByLabel('Refus', { exact: false }).check();
  await page.getByLabel('Un autre motif').check();
  await expect(page.getByText('Elle n’admet pas de refus')).toBeVisible();
  await save(page, 'Enregistrer la réponse');
  await expect(page.getByRole('alert')).toContainText('en quelques mots');
  await page.getByLabel('Le motif, en quelques mots').fill('Les crédits sont épuisés.');
  await save(page, 'Enregistrer la réponse');
  await expect(page.getByText('votre refus est transmis')).toBeVisible();
  await expect(page.getByRole('link', { name: 'La convention à signer' })).toHaveCount(0);
  await told(site, at.email, /refuse de payer/);
  await page.goto(at.file);
  await expect(page.getByText('« Les crédits sont épuisés. »')).toBeVisible();

  await page.goto(at.page);
  await page.getByRole('link', { name: 'La réponse de la collectivité' }).click();
  await save(page, 'Reprendre ma réponse');
  await expect(page.getByRole('link', { name: /La réponse de la collectivité À faire/ })).toBeVisible();
});
