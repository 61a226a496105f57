import type { Page } from '@playwright/test';
import { expect, test } from './support/test.js';

test.use({ serviceWorkers: 'allow' });

/** The sheet runs against the stage: a session of the product is never today. The API's own rule is held by Go tests. */
const stage = () => process.env.STAGE_URL!;
const address = () => `${stage()}/feuille/#budget-nantes.1.t.exemple`;
const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

const comes = async (page: Page, first: string, last: string) => {
  await page.getByLabel('Prénom').fill(first);
  await page.getByRole('textbox', { name: 'Nom (obligatoire)', exact: true }).fill(last);
  await page.getByLabel('Adresse e-mail').fill('ines@exemple.fr');
  await page.getByLabel('Mandat').selectOption('maire');
  await page.getByRole('textbox', { name: 'Collectivité' }).fill('Commune de Riec');
  await page.getByLabel('Sa collectivité').check();
  await page.getByRole('button', { name: 'Ajouter cette personne' }).click();
};

test('a morning in the room without network: nothing is lost on reload, all leaves later, a conflict is shown', async ({
  page,
  context,
  allow,
}) => {
  allow(/ERR_INTERNET_DISCONNECTED/);
  await page.goto(address());
  await expect(page.getByText('Tout est envoyé')).toBeVisible();
  // The page and its parts are kept by the service worker, two seconds after the first visit.
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const parts = [...document.scripts].map((script) => script.src);
        const found = await Promise.all(['/feuille/', ...parts].map((part) => caches.match(part)));
        return found.every(Boolean);
      }),
    )
    .toBe(true);

  await context.setOffline(true);
  await row(page, 'Awa Ndiaye').getByRole('button', { name: 'Présent' }).click();
  await row(page, 'Jean Martin').getByRole('button', { name: 'Absent' }).click();
  await row(page, 'Zoé Petit').getByRole('button', { name: 'Présent' }).click();
  await row(page, 'Zoé Petit').getByRole('button', { name: 'En retard' }).click();
  await page.getByLabel('Minutes de présence').fill('90');
  await page.getByRole('button', { name: 'Noter' }).click();
  await page.getByText('Quelqu’un n’est pas sur la liste').click();
  await comes(page, 'Inès', 'Imprévue');
  await expect(page.getByText('5 présences à envoyer dès son retour')).toBeVisible();

  await page.reload();
  await expect(row(page, 'Awa Ndiaye').getByRole('button', { name: 'Présent' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(row(page, 'Inès Imprévue')).toContainText('pas sur la liste');
  await expect(row(page, 'Zoé Petit')).toContainText('présent 90 min');

  // Meanwhile somebody of the team marks Jean, later than the tablet did.
  await expect(row(page, 'Inès Imprévue').getByRole('button', { name: 'Présent' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  const half = await page.evaluate(() => {
    const [tap] = JSON.parse(localStorage.getItem('feuille:budget-nantes:attente')!) as { half: string }[];
    return tap!.half;
  });
  const at = new Date(Date.now() + 1000).toISOString();
  await fetch(`${stage()}/api/_team`, { method: 'POST', body: JSON.stringify(['file3', half, 'present', at]) });

  await context.setOffline(false);
  await expect(page.getByText('Tout est envoyé')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('alert')).toContainText('Inès Imprévue : l’inscription est faite');
  await expect(row(page, 'Inès Imprévue')).not.toContainText('pas sur la liste');
  await expect(page.getByRole('alert')).toContainText('Jean Martin : vous aviez noté « absent »');
  await expect(page.getByRole('alert')).toContainText('Claire Gestion');
  await expect(row(page, 'Jean Martin').getByRole('button', { name: 'Présent' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  const kept = (await (await fetch(`${stage()}/api/attendance/budget-nantes`)).json()) as {
    people: { name: string; marks: Record<string, { presence: string; minutes?: number }> }[];
  };
  const of = (name: string) => kept.people.find((p) => p.name === name)?.marks[half];
  expect([of('Awa Ndiaye')?.presence, of('Inès Imprévue')?.presence, of('Zoé Petit')?.minutes]).toEqual([
    'present',
    'present',
    90,
  ]);
});

test('somebody who comes to a full session is noted, and it is said; what is missing is asked for first', async ({
  page,
}) => {
  await page.goto(address());
  await page.getByText('Quelqu’un n’est pas sur la liste').click();
  await page.getByRole('button', { name: 'Ajouter cette personne' }).click();
  await expect(page.getByRole('alert')).toContainText('Écrivez le prénom.');
  await page.getByLabel('Adresse e-mail').fill('ines@exemple.fr');
  await page.getByRole('button', { name: 'Ajouter cette personne' }).click();
  await expect(page.getByRole('alert')).toContainText('Choisissez qui paiera.');
  await comes(page, 'Paul', 'Complet');
  await expect(page.getByRole('alert')).toContainText('Paul Complet : pas d’inscription');
  await expect(page.getByRole('alert')).toContainText('complète');
  await expect(row(page, 'Paul Complet')).toContainText('pas sur la liste');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).not.toContain('ines@exemple.fr');
});

test('a server that is busy for a moment gets what waits a few seconds later', async ({ page, allow }) => {
  allow(/503/);
  await page.goto(address());
  await expect(page.getByText('Tout est envoyé')).toBeVisible();
  let refused = 0;
  await page.route('**/api/attendance/*/*/*', (route) =>
    refused++
      ? route.continue()
      : route.fulfill({ status: 503, json: { type: 'about:blank', title: 'busy', status: 503 } }),
  );
  await row(page, 'Awa Ndiaye').getByRole('button', { name: 'Excusé' }).click();
  await expect(page.getByText('présence à envoyer dès son retour')).toBeVisible();
  await expect(page.getByText('Tout est envoyé')).toBeVisible({ timeout: 8_000 });
  expect(refused).toBe(2);
});
