// A session published, moved and cancelled in the browser, with what each does said before.
import { readFileSync } from 'node:fs';
import { heading, sessions } from './support/product.js';
import { CLAIRE, DIANE, enrolled, newName, signIn } from './support/team.js';
import { check } from './support/team-screens.js';
import { expect, test } from './support/test.js';

test.use({ viewport: { width: 1280, height: 800 } });

/** The first Tuesday at least so many days from now, as a field of a form has it. */
function tuesday(days: number) {
  const day = new Date(Date.now() + days * 86_400_000);
  while (day.getUTCDay() !== 2) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

test('a session is duplicated, published, moved and cancelled, each effect said before', async ({
  page,
  site,
  allow,
}) => {
  allow(/Failed to load resource/);
  const model = (await sessions(site)).find((s) => s.id.startsWith('urbanisme-tours'))!;
  await signIn(page, site, CLAIRE);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${site}/equipe/#/sessions/${model.id}`);
  await page.getByRole('link', { name: 'Dupliquer' }).click();
  await expect(heading(page, 'Dupliquer la session')).toBeVisible();
  await expect(page.getByLabel('Lieu (obligatoire)')).toHaveValue(model.place);
  await check(page, 'the form of a session');

  // What is wrong is said by field, and what is typed stays.
  await page.getByLabel('Places (obligatoire)').fill('40');
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
  await expect(page.locator('.summary')).toBeFocused();
  await expect(page.locator('.summary')).toContainText('Donnez le jour de la demi-journée 1.');
  await expect(page.getByLabel('Places (obligatoire)')).toHaveValue('40');
  await check(page, 'the form of a session, refused');

  const [first, later] = [tuesday(100), tuesday(107)];
  await page.getByLabel('Places (obligatoire)').fill('14');
  await page.getByLabel('Jour 1 (obligatoire)').fill(first);
  await page.getByLabel('Jour 2 (obligatoire)').fill(first);
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
  await expect(page.getByRole('region', { name: 'Relire' }).getByRole('heading').first()).toBeFocused();
  await expect(page.getByRole('region', { name: 'Relire' })).toContainText(
    'proposée au public dès qu’elle est publiée',
  );
  await expect(page.locator('.public')).toContainText(model.formation.title);
  await check(page, 'what it would do');
  await page.getByRole('button', { name: 'Publier la session' }).click();
  await expect(page.locator('#fait')).toContainText('La session est publiée');
  const id = decodeURIComponent(new URL(page.url()).hash.split('/')[2]!);
  expect(id).toContain(first);
  expect((await sessions(site)).map((s) => s.id)).toContain(id);

  // Somebody enrols; moving it says that they will be told.
  const file = await enrolled(site, id, 'personnel', newName('Déplacée'));
  await page.getByRole('link', { name: 'Modifier ou déplacer' }).click();
  await heading(page, 'Modifier la session').waitFor();
  await page.getByLabel('Jour 1 (obligatoire)').fill(later);
  await page.getByLabel('Jour 2 (obligatoire)').fill(later);
  await page.getByLabel('Motif (facultatif)').fill('Salle prise');
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
  const review = page.getByRole('region', { name: 'Relire' });
  await expect(review).toContainText(/1.inscrit sera prévenu par e-mail/);
  await expect(review).toContainText('annulés et remplacés');
  await page.getByRole('button', { name: 'Revenir au formulaire' }).click();
  await expect(page.getByLabel('Jour 1 (obligatoire)')).toHaveValue(later);
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.locator('#fait')).toContainText('La session est enregistrée');
  expect((await sessions(site)).find((s) => s.id === id)!.halfDays[0]!.start.slice(0, 10)).toBe(later);

  // Cancelling says whom it touches, and asks why.
  await page.getByRole('button', { name: 'Annuler la session' }).click();
  const form = page.locator('form.act');
  await expect(form).toContainText(/1.inscrit sera prévenu par e-mail/);
  await check(page, 'cancelling');
  await form.getByRole('button', { name: 'Annuler la session' }).click();
  await expect(page.locator('.summary')).toContainText('Dites pourquoi');
  await form.getByLabel('Motif (obligatoire)').fill('Trop peu d’inscrits');
  await form.getByRole('button', { name: 'Annuler la session' }).click();
  await expect(page.locator('#fait')).toContainText('La session est annulée');
  await expect(page.locator('.head')).toContainText('annulée');
  await expect(page.getByRole('link', { name: 'Modifier ou déplacer' })).toHaveCount(0);
  expect((await sessions(site)).map((s) => s.id)).not.toContain(id);
  const own = await fetch(`${site}/api/enrolments/${file.id}`, { headers: { Authorization: `Bearer ${file.token}` } });
  expect(((await own.json()) as { status: string }).status).toBe('cancelled');

  // Everything stands in the journal.
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await heading(page, 'Bonjour').waitFor();
  await signIn(page, site, DIANE);
  await page.getByRole('link', { name: 'Journal', exact: true }).click();
  for (const act of ['Session créée', 'Session modifiée', 'Session annulée'])
    await expect(page.getByText(act).first()).toBeVisible();
  await expect(page.getByText('Trop peu d’inscrits').first()).toBeVisible();
});

test('an edited price says that who is enrolled keeps theirs', async ({ page, site, allow }) => {
  allow(/Failed to load resource/);
  const model = (await sessions(site)).find((s) => s.id.startsWith('urbanisme-tours'))!;
  await enrolled(site, model.id, 'personnel', newName('Promise'));
  await signIn(page, site, CLAIRE);
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await page.getByRole('link', { name: 'Formations', exact: true }).click();
  await heading(page, 'Formations').waitFor();
  await expect(page.getByRole('link', { name: model.formation.title })).toBeVisible();
  await check(page, 'the formations');
  await page.getByRole('link', { name: model.formation.title }).click();
  await heading(page, 'Modifier la formation').waitFor();
  await check(page, 'the form of a formation');
  await page.getByLabel('Prix HT, en euros (obligatoire)').fill('gratuit');
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
  await expect(page.locator('.summary')).toContainText('Le prix doit être un nombre');
  await page.getByLabel('Prix HT, en euros (obligatoire)').fill('539,50');
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
  const review = page.getByRole('region', { name: 'Relire' });
  await expect(review).toContainText(/garde(nt)? le prix qui/);
  await check(page, 'what a price does');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.locator('#fait')).toContainText('La formation est enregistrée');
  expect((await sessions(site)).find((s) => s.id === model.id)!.formation.priceCents).toBe(53950);
});

test('the organisation’s settings and its logo are edited, each fault by its field, and stand in the catalogue', async ({
  page,
  site,
  allow,
}) => {
  allow(/Failed to load resource/);
  await signIn(page, site, CLAIRE);
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await page.getByRole('link', { name: 'Réglages', exact: true }).click();
  await heading(page, 'Réglages de l’organisme').waitFor();
  const iban = page.getByLabel('IBAN (facultatif)');
  await expect(page.getByLabel('Raison sociale (obligatoire)')).not.toHaveValue('');
  await check(page, 'the settings');

  await iban.fill('FR00 1234');
  await page.getByLabel('Téléphone (obligatoire)').fill('');
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
  await expect(page.locator('.summary')).toBeFocused();
  await expect(page.locator('.summary')).toContainText('Donnez le téléphone.');
  await expect(page.locator('.summary')).toContainText('L’IBAN n’est pas valable');
  await check(page, 'the settings, refused');

  const phone = `02 98 ${String(Date.now() % 1_000_000).padStart(6, '0')}`;
  await iban.fill('FR76 3000 6000 0112 3456 7890 189');
  await page.getByLabel('Téléphone (obligatoire)').fill(phone);
  const heavy = { name: 'lourd.png', mimeType: 'image/png', buffer: Buffer.alloc(200_000) };
  await page.getByLabel(/logo$/).setInputFiles(heavy);
  await expect(page.locator('#logo-error')).toContainText('150 ko');
  const drawn = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [120, 60];
    const pen = canvas.getContext('2d')!;
    pen.fillStyle = '#003366';
    pen.fillRect(10, 10, 100, 40);
    return canvas.toDataURL('image/png').split(',')[1]!;
  });
  const logo = { name: 'bandeau.png', mimeType: 'image/png', buffer: Buffer.from(drawn, 'base64') };
  await page.getByLabel(/logo$/).setInputFiles(logo);
  const shown = page.getByRole('img', { name: 'Le logo, comme les papiers le portent' });
  await expect.poll(() => shown.evaluate((c: HTMLCanvasElement) => c.width)).toBe(120);
  expect(
    await shown.evaluate((c: HTMLCanvasElement) => [...c.getContext('2d')!.getImageData(60, 30, 1, 1).data]),
  ).toEqual([0, 51, 102, 255]);
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
  const review = page.getByRole('region', { name: 'Relire' });
  await expect(review.getByRole('row', { name: /Logo/ })).toContainText('logo.png');
  await expect(review).toContainText('Les factures déjà émises ne changent pas.');
  await check(page, 'what the settings change');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.locator('#fait')).toContainText('Les réglages sont enregistrés.');

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Télécharger le catalogue' }).click(),
  ]);
  const yaml = readFileSync(await file.path(), 'utf8');
  expect(yaml).toContain(phone);
  expect(yaml).toContain('logo: "logo.png"');

  await page.getByRole('link', { name: 'Réglages', exact: true }).click();
  // The pages say what their catalogue said when they were built.
  await expect(page.locator('#pages')).toContainText('téléphone');
  await check(page, 'the settings, ahead of the pages');
  await page.getByRole('button', { name: 'Retirer le logo' }).click();
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.locator('#fait')).toContainText('Les réglages sont enregistrés.');
});

test('the copy sheet of a session has every field of Mon Compte Formation, one tap each', async ({
  page,
  site,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const session = (await sessions(site)).find((s) => s.id.startsWith('budget-nantes'))!;
  await signIn(page, site, CLAIRE);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${site}/equipe/#/sessions/${session.id}`);
  await page.getByRole('link', { name: 'Fiche Mon Compte Formation' }).click();
  await heading(page, 'Fiche pour Mon Compte Formation').waitFor();
  await expect(page.getByRole('row', { name: /Prix toutes taxes comprises/ })).toContainText(/636.€/);
  await expect(page.getByText('manque')).toHaveCount(0);
  // Each request is announced to the contact of its session: the address where the organisation reads its mails.
  const contact = page.getByRole('row', { name: /Courriel du contact/ });
  await expect(contact).toContainText('contact@echarpe-formation.example');
  await page.getByRole('button', { name: 'Copier Courriel du contact' }).click();
  await expect(page.locator('#fait')).toContainText('Courriel du contact\u00a0: copié.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('contact@echarpe-formation.example');
  await page.getByRole('button', { name: 'Copier Intitulé' }).click();
  await expect(page.locator('#fait')).toContainText('Intitulé\u00a0: copié.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(session.formation.title);
  await check(page, 'the copy sheet');
});
