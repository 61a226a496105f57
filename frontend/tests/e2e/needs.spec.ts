// What somebody needs to follow the session: said at the form, read by who receives them, taken back.
import { heading, sessionNamed, someone, upToCheck } from './support/product.js';
import { CLAIRE, LUC, signIn } from './support/team.js';
import { expect, test } from './support/test.js';

const NEED = 'Une place près de l’écran';

test('a need is said at the form, shown to gestion alone, and taken back by its holder', async ({ page, site }) => {
  const session = await sessionNamed(site, 'budget-nantes');
  await upToCheck(page, site, session.id, 'personnel', someone());
  await page.getByLabel('Un besoin particulier pour suivre la formation').fill(NEED);
  await page.getByRole('button', { name: 'Réserver ma place' }).click();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await page.getByRole('link', { name: 'Ouvrir mon dossier' }).click();
  const link = page.url();
  const id = link.split('#')[1]!.split('.')[0]!;
  await page.getByRole('link', { name: 'Mes données' }).click();
  await expect(page.locator('dl')).toContainText(NEED);

  await page.setViewportSize({ width: 1280, height: 800 });
  await signIn(page, site, CLAIRE);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${site}/equipe/#/sessions/${session.id}`);
  await expect(page.getByText('besoin à préparer').first()).toBeVisible();
  await page.goto(`${site}/equipe/#/dossiers/${id}`);
  await expect(page.getByText(NEED)).toBeVisible();
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await heading(page, 'Bonjour').waitFor(); // the pages have come back from the issuer
  await signIn(page, site, LUC);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${site}/equipe/#/dossiers/${id}`);
  await expect(page.getByText('Nom de naissance').or(page.getByText('Mandat')).first()).toBeVisible();
  await expect(page.getByText(NEED)).toHaveCount(0);

  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(link);
  await page.getByRole('link', { name: 'Mes données' }).click();
  await page.getByRole('link', { name: 'Corriger ou effacer ce qu’il vous faut' }).click();
  await page.getByLabel('Il vous faut').fill('');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('nous n’en gardons rien')).toBeVisible();
  await page.getByRole('link', { name: 'Mes données' }).click();
  await expect(page.locator('dl')).not.toContainText(NEED);
});
