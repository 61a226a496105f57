// How soon the first screen is there, and what is taken away as files.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { heading, sessions } from './support/product.js';
import { CLAIRE, enrolled, newName, signIn } from './support/team.js';
import { expect, test } from './support/test.js';

test.use({ viewport: { width: 1280, height: 800 } });

/** Takes a file that a button gives. */
async function taken(page: Page, button: string) {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return { name: file.suggestedFilename(), body: readFileSync(await file.path()) };
}

test('the first screen is there within a second and a half of signing in', async ({ page, site, context }) => {
  const took: number[] = [];
  for (let i = 0; i < 3; i++) {
    await context.clearCookies();
    await page.goto(`${site}/equipe/`);
    await heading(page, 'Bonjour').waitFor();
    await page.getByRole('button', { name: 'Me connecter' }).click();
    const one = page.getByRole('button', { name: CLAIRE });
    await one.waitFor();
    const begun = Date.now();
    await one.click();
    await heading(page, 'Aujourd’hui').waitFor();
    await expect(page.locator('.waiting')).toHaveCount(0);
    took.push(Date.now() - begun);
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await heading(page, 'Bonjour').waitFor();
  }
  console.log(`first screen after ${took.join(', ')} ms`);
  expect(Math.min(...took)).toBeLessThan(1500);
});

test('the lists of the year and the sheet to sign are taken away as files', async ({ page, site }) => {
  const session = (await sessions(site)).find((s) => s.funding.personnel.open && s.seatsLeft > 2)!;
  await enrolled(site, session.id, 'personnel', newName('Export'));
  await signIn(page, site, CLAIRE);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${site}/equipe/#/sessions/${session.id}`);
  const sheet = await taken(page, 'Feuille à signer (PDF)');
  expect(sheet.name).toBe(`emargement-${session.id}.pdf`);
  expect(sheet.body.subarray(0, 5).toString()).toBe('%PDF-');
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await heading(page, 'Sessions').waitFor();
  for (const title of ['Les personnes', 'Les présences', 'Le rapport annuel']) {
    await page.getByLabel('Quoi').selectOption({ label: title });
    const book = await taken(page, 'Télécharger (Excel)');
    expect(book.name, title).toMatch(/\.xlsx$/);
    expect(book.body.subarray(0, 2).toString(), title).toBe('PK');
  }
});
