// After a session, in the browser: the sheet, closing, certificates, the trainer's link, the invoice. It moves the product's clock by
// weeks: with the other zz it runs after all others.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { heading, sessions, withSeats } from './support/product.js';
import { endOf, enrolled, newName, opensToClose, pastItsEnd } from './support/team.js';
import { check } from './support/team-screens.js';
import { violations } from '../support/checks.js';
import { says } from '../support/pdf.js';
import { expect, test } from './support/test.js';

test.use({ viewport: { width: 1280, height: 800 } });

async function taken(page: Page, button: string | RegExp) {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return { name: file.suggestedFilename(), body: readFileSync(await file.path()), file };
}

test('a session that is over is closed, certified and invoiced; a lost trainer’s link stops', async ({
  page,
  site,
  allow,
}) => {
  test.slow(); // weeks pass for everybody whom the other journeys enrolled: their mails leave first
  allow(/422/); // what is missing is asked for

  const all = withSeats(await sessions(site)).filter((s) => s.funding.collectivite.open);
  const session = all.sort((a, b) => endOf(a).localeCompare(endOf(b)))[0]!;
  const file = await enrolled(site, session.id, 'collectivite', newName('Facture'));
  await pastItsEnd(site, session);
  await opensToClose(page, site, session);

  const link = page.getByRole('link', { name: 'Ouvrir la feuille de présence' });
  const old = await link.getAttribute('href');
  await page.getByRole('button', { name: 'Révoquer le lien du formateur' }).click();
  await page.getByLabel('Motif').fill('Téléphone perdu');
  await page.getByRole('button', { name: 'Révoquer le lien', exact: true }).click();
  await expect(link).not.toHaveAttribute('href', old!);

  const sheet = await page.context().newPage();
  await sheet.goto((await link.getAttribute('href'))!);
  const row = sheet.getByRole('listitem').filter({ hasText: file.name });
  await expect(row).toBeVisible();
  for (const half of await sheet.locator('.halves button').all()) {
    await half.click();
    const present = row.getByRole('button', { name: 'Présent' });
    await present.click();
    await expect(present).toHaveAttribute('aria-pressed', 'true');
  }
  await expect(sheet.getByText('Tout est envoyé')).toBeVisible();
  await sheet.close();

  await page.getByRole('button', { name: 'Clore la session' }).click();
  const zip = await taken(page, 'Certificats de réalisation (ZIP)');
  expect([zip.name, zip.body.subarray(0, 2).toString()]).toEqual([`certificats-${session.id}.zip`, 'PK']);
  expect(await violations(page)).toEqual([]);

  // Who came has it on their own page, and in their mail once the sheet has rested.
  const own = await page.context().newPage();
  await own.goto(`${site}/dossier/#${file.id}.${file.token}`);
  await expect(heading(own, 'Vous avez suivi cette formation')).toBeVisible();
  const certificate = await taken(own, 'Certificat de réalisation (PDF)');
  expect(certificate.body.subarray(0, 5).toString()).toBe('%PDF-');
  await own.close();

  // The mairie telephones: the community of communes pays. The invoice is to its name.
  await page.goto(`${site}/equipe/#/dossiers/${file.id}`);
  await page.getByRole('button', { name: 'Corriger l’organisme qui paie' }).click();
  await page.getByLabel('Son nom').fill('Pays d’Iroise communauté');
  await page.getByLabel('Cet organisme est').selectOption('intercommunalite');
  await page.locator('form.act').getByRole('button', { name: 'Corriger', exact: true }).click();
  await expect(page.locator('#fait')).toContainText('L’organisme qui paie est corrigé.');
  await page.getByRole('button', { name: 'Faire la facture', exact: true }).click();
  await expect(page.locator('form.act strong')).toHaveText('Pays d’Iroise communauté');
  await page.locator('form.act').getByRole('button', { name: 'Faire la facture' }).click();
  await expect(page.getByRole('alert')).toContainText('Chorus Pro');
  expect(await violations(page)).toEqual([]);
  await page.getByLabel('Adresse de facturation').fill('1 place de la Mairie, 44190 Clisson');
  await page.getByLabel('SIRET').fill('214 401 093 00015');
  await page.getByLabel('Numéro d’engagement').fill('2027-42');
  await page.locator('form.act').getByRole('button', { name: 'Faire la facture' }).click();
  const invoice = await taken(page, 'Prendre la facture (PDF)');
  expect(invoice.name).toMatch(/^F-20\d\d-0001\.pdf$/);
  expect(invoice.body.subarray(0, 5).toString()).toBe('%PDF-');
  await says(invoice.file, 'Nom Pays d’Iroise communauté', 'Nom Commune de Clisson');
  expect(await violations(page)).toEqual([]);

  // It was made by error: a credit note undoes it, and it can be made anew.
  await page.getByRole('button', { name: 'Annuler la facture par un avoir' }).click();
  const undoing = page.locator('form.act');
  await undoing.getByRole('button', { name: 'Faire l’avoir' }).click();
  await expect(page.getByRole('alert')).toContainText('Dites pourquoi');
  await undoing.getByLabel('Motif').fill('Mauvais SIRET');
  expect(await violations(page)).toEqual([]);
  await undoing.getByRole('button', { name: 'Faire l’avoir' }).click();
  await expect(page.getByText('Tout est là pour la faire.')).toBeVisible();
  const credit = await taken(page, /Prendre A-20\d\d-0001/);
  expect(credit.name).toMatch(/^A-20\d\d-0001\.pdf$/);
  expect(credit.body.subarray(0, 5).toString()).toBe('%PDF-');
  await expect(page.getByRole('button', { name: 'Faire la facture', exact: true })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  // The figures count both, in the year of their numbers.
  const year = /^F-(20\d\d)/.exec(invoice.name)![1]!;
  await page.goto(`${site}/equipe/#/chiffres`);
  await page.getByLabel('Sessions finies du').fill(`${year}-01-01`);
  await page.getByLabel('au', { exact: true }).fill(`${year}-12-31`);
  await page.getByRole('button', { name: 'Compter' }).click();
  const issued = page.getByRole('table', { name: 'Factures et avoirs' }).getByRole('row', { name: year });
  await expect(issued.getByRole('cell').nth(0)).toHaveText(/\D1\s*$/);
  await expect(issued.getByRole('cell').nth(4)).toHaveText(/\D0\s€\s*$/);
  await check(page, 'the figures with invoices');
});
