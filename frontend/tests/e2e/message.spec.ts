// What the team writes to people of a session, from the page that it is typed on to their mailboxes.
import { arrived, heading, mailsFor, sessions } from './support/product.js';
import { CLAIRE, enrolled, LUC, newName, signIn } from './support/team.js';
import { check } from './support/team-screens.js';
import { expect, test } from './support/test.js';

test.use({ viewport: { width: 1280, height: 800 } });
const refused = /Failed to load resource/;

/** A session with nobody else's message in it: the one that starts last. */
async function last(site: string) {
  const open = (await sessions(site)).filter((s) => s.funding.personnel.open && s.seatsLeft > 3);
  return open.sort((a, b) => b.halfDays[0]!.start.localeCompare(a.halfDays[0]!.start))[0]!;
}

test('a message to all of a session, then to one: read before it leaves, one mail each', async ({
  page,
  site,
  allow,
}) => {
  test.slow();
  allow(refused);
  const session = await last(site);
  const one = await enrolled(site, session.id, 'personnel', newName('Lue'));
  const two = await enrolled(site, session.id, 'personnel', newName('Lui'));
  const subject = `La salle change ${newName('')}`;

  await signIn(page, site, CLAIRE);
  await expect(heading(page, 'Aujourd’hui')).toBeVisible();
  await page.goto(`${site}/equipe/#/sessions/${session.id}`);
  await page.getByRole('button', { name: 'Écrire aux personnes de la session' }).click();
  await page.getByRole('button', { name: 'Relire avant d’envoyer' }).click();
  await expect(page.locator('.summary')).toBeFocused();
  await expect(page.locator('.summary')).toContainText('Donnez un objet au message.');
  await check(page, 'writing, with errors');
  await page.getByLabel('Objet').fill(subject);
  await page.getByLabel('Message', { exact: false }).last().fill('Salle Jean-Moulin.\n\nAu deuxième étage.');
  await page.getByRole('button', { name: 'Relire avant d’envoyer' }).click();

  const sheet = page.getByRole('region', { name: 'Relire le message' });
  await expect(sheet.getByRole('heading')).toBeFocused();
  await sheet.getByText('Voir les noms').click();
  await expect(sheet).toContainText(one.name);
  await expect(sheet).toContainText(two.name);
  await check(page, 'reading it again');
  await sheet.getByRole('button', { name: 'Modifier' }).click();
  await expect(page.getByLabel('Objet')).toHaveValue(subject);
  await page.getByRole('button', { name: 'Relire avant d’envoyer' }).click();
  await sheet.getByRole('button', { name: 'Envoyer' }).click();
  await expect(page.locator('#fait')).toContainText('Le message est enregistré');
  await expect(page.locator('summary', { hasText: subject })).toBeVisible();

  const titled = async (email: string, title: string) =>
    (await mailsFor(email)).filter((m) => m.subject === title).length;
  for (const { email } of [one, two]) expect(await arrived(site, () => titled(email, subject), '2h')).toBe(1);

  await page.getByRole('link', { name: one.name }).click();
  await expect(heading(page, one.name)).toBeVisible();
  await expect(page.locator('.timeline')).toContainText('Message de l’équipe');
  await page.getByRole('button', { name: 'Écrire un message' }).click();
  await page.getByLabel('Objet').fill(`${subject}, suite`);
  await page.getByLabel('Message', { exact: false }).last().fill('Appelez-nous.');
  await page.getByRole('button', { name: 'Relire avant d’envoyer' }).click();
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await expect(page.locator('.timeline')).toContainText('Message écrit aux inscrits');
  expect(await arrived(site, () => titled(one.email, `${subject}, suite`), '2h')).toBe(1);
  expect(await titled(two.email, `${subject}, suite`)).toBe(0);
  expect(await titled(one.email, subject)).toBe(1);
});

test('lecture reads what was written and is not offered to write', async ({ page, site }) => {
  const session = await last(site);
  await enrolled(site, session.id, 'personnel', newName('Lire'));
  await signIn(page, site, LUC);
  await expect(heading(page, 'Aujourd’hui')).toBeVisible();
  await page.goto(`${site}/equipe/#/sessions/${session.id}`);
  await expect(page.getByRole('heading', { name: 'Inscrits' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Écrire aux personnes de la session' })).toHaveCount(0);
});
