import { enrolByAPI, heading, sessionNamed } from './support/product.js';
import { expect, test } from './support/test.js';

test('an élu declares the request, receives the proposal, confirms it; nothing says settled before we do', async ({
  page,
  site,
}) => {
  const session = await sessionNamed(site, 'budget-nantes');
  const file = await enrolByAPI(site, session.id, 'dife');
  await page.goto(file.link);
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await page.locator('#etape-dossier > summary').click();
  await page.getByRole('button', { name: 'J’ai créé mon dossier sur Mon Compte Élu' }).click();
  await expect(page.getByText('Nous répondons à votre demande au plus tard le')).toBeVisible();
  await expect(page.getByRole('button', { name: 'J’ai confirmé la proposition' })).toBeHidden();
  await page.getByRole('button', { name: 'J’ai reçu la proposition' }).click();
  await expect(page.getByText('Confirmez notre proposition sur Mon Compte Élu au plus tard le').first()).toBeVisible();
  await page.getByRole('button', { name: 'J’ai confirmé la proposition' }).click();
  await expect(page.getByText('Toutes les étapes sont déclarées faites.')).toBeVisible();
  await expect(page.getByText('financement est réglé')).toBeHidden();
});

test('who waits with the DIFE prepares the account and the identity now, and knows until when a seat is of use', async ({
  page,
  scenes,
}) => {
  await page.goto(`${scenes}/dossier/#attente.1.holder.exemple`);
  await expect(heading(page, 'Vous êtes sur la liste d’attente')).toBeVisible();
  await expect(page.getByText('une place ne pourra plus être payée avec le DIFE')).toBeVisible();
  await expect(page.locator('#etape-compte')).toBeVisible();
  await expect(page.locator('#etape-identite')).toBeVisible();
});

test('a session that moves says that the request is to be made again, with an apology', async ({ page, scenes }) => {
  await page.goto(`${scenes}/dossier/#deplacee.1.holder.exemple`);
  await expect(page.getByText('nous vous prions de nous en excuser')).toBeVisible();
  await expect(page.locator('#etape-dossier')).toHaveClass(/next/);
});
