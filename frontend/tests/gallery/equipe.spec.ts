/** A picture of the organisation's screens as they are on the real product, on a laptop and on a phone. */
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { heading, sessions } from '../e2e/support/product.js';
import { CLAIRE, declares, DIANE, enrolled, newName, signIn } from '../e2e/support/team.js';
import { folder } from './start.js';

const sizes = { laptop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };

for (const size of ['laptop', 'phone'] as const) {
  test(`the organisation’s screens, ${size}`, async ({ page }) => {
    test.setTimeout(300_000);
    const site = process.env.BASE_URL!;
    await page.setViewportSize(sizes[size]);
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
    const shot = async (name: string) => {
      await page.evaluate(() => scrollTo(0, 0)); // the head is sticky
      await page.screenshot({ path: join(folder, `equipe-${name}.${size}-light.png`), fullPage: true });
    };
    const at = async (hash: string, title: string | RegExp) => {
      await page.goto(`${site}/equipe/${hash}`);
      await heading(page, title).waitFor();
      await expect(page.locator('.waiting')).toHaveCount(0);
    };

    const open = (await sessions(site)).filter((s) => s.funding.dife.open && s.seatsLeft > 3);
    const session = open[0]!;
    const file = await enrolled(site, session.id, 'dife', newName('Ndiaye'), '06 12 34 56 78');
    for (const step of ['compte', 'identite', 'dossier']) await declares(site, file, step);
    await enrolled(site, session.id, 'personnel', newName('Le Goff'));

    await page.goto(`${site}/equipe/`);
    await heading(page, 'Bonjour').waitFor();
    await shot('deconnecte');
    await signIn(page, site, CLAIRE);
    await heading(page, 'Aujourd’hui').waitFor();
    await expect(page.locator('.lines > li').first()).toBeVisible();
    await shot('aujourdhui');
    await page.getByRole('combobox', { name: 'Trouver une personne' }).fill('Ndiaye');
    await page.getByRole('option').first().waitFor();
    await shot('recherche');
    await at('#/sessions', 'Sessions');
    await shot('sessions');
    await at(`#/sessions/${session.id}`, session.formation.title);
    await page.getByRole('button', { name: 'Écrire aux personnes de la session' }).click();
    await shot('session-message');
    await page.getByLabel('Objet').fill('La salle change');
    await page.getByLabel('Message', { exact: false }).last().fill('Salle Jean-Moulin.\n\nAu deuxième étage.');
    await page.getByRole('button', { name: 'Relire avant d’envoyer' }).click();
    await page.getByRole('region', { name: 'Relire le message' }).waitFor();
    await shot('session-relire');
    await at(`#/dossiers/${file.id}`, file.name);
    await shot('dossier');
    await page.getByRole('button', { name: 'Dire que son adresse est la sienne' }).click();
    await shot('dossier-adresse');
    await at('#/chiffres', 'Chiffres');
    await shot('chiffres');
    await at('#/formations', 'Formations');
    await shot('formations');
    await page.getByRole('link', { name: session.formation.title }).click();
    await heading(page, 'Modifier la formation').waitFor();
    await page.getByLabel('Titre').waitFor();
    await shot('formation');
    await at(`#/publier/${session.id}`, 'Modifier la session');
    await shot('publier');
    await page.getByLabel('Places (obligatoire)').fill(String(session.capacity - 1)); // with a DIFE seat it has as many as it may
    await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
    await page.getByRole('region', { name: 'Relire' }).waitFor();
    await shot('publier-relire');
    await at(`#/fiche/${session.id}`, 'Fiche pour Mon Compte Formation');
    await shot('fiche');
    await at('#/organisme', 'Réglages de l’organisme');
    await shot('reglages');
    await at('#/inscrire', 'Inscrire une personne');
    await page.getByRole('button', { name: 'Inscrire', exact: true }).click();
    await page.locator('.summary').waitFor();
    await shot('inscrire-erreurs');
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await direction(page, site, at, shot);
  });
}

async function direction(
  page: Page,
  site: string,
  at: (hash: string, title: string) => Promise<void>,
  shot: (name: string) => Promise<unknown>,
) {
  await signIn(page, site, DIANE);
  await heading(page, 'Aujourd’hui').waitFor();
  await at('#/equipe', 'Équipe');
  await page.locator('table.dense').waitFor();
  await shot('equipe');
  await at('#/journal', 'Journal');
  await page.locator('table.dense').waitFor();
  await shot('journal');
}
