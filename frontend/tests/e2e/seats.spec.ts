import {
  choosePayment,
  enrolByAPI,
  heading,
  oneMailFor,
  sayWho,
  sessionNamed,
  sessions,
  someone,
  upToCheck,
  withSeats,
} from './support/product.js';
import { expect, test } from './support/test.js';

test('the last seats go while the form is filled in: the person is told, and waits with a rank', async ({
  page,
  site,
}) => {
  const email = someone();
  const session = await sessionNamed(site, 'parole-angers');
  await page.goto(`${site}/inscription/financement/?session=${session.id}`);
  await choosePayment(page, 'collectivite');
  for (let left = session.seatsLeft; left > 0; left--) await enrolByAPI(site, session.id);
  await sayWho(page, email, 'collectivite');
  await page.getByLabel('J’accepte').check();
  await page.getByRole('button', { name: session.seatsLeft > 0 ? 'Réserver ma place' : 'liste d’attente' }).click();
  await expect(heading(page, 'Vous êtes sur la liste d’attente')).toBeVisible();
  if (session.seatsLeft > 0) await expect(page.getByText('La dernière place a été prise')).toBeVisible();
  await expect(page.getByText(/au rang \d+/)).toBeVisible();
  const mail = await oneMailFor(email);
  expect(mail.subject + mail.text).toMatch(/liste d’attente/i);
});

test('a full session says so in words, everywhere, and offers the waiting list', async ({ page, site }) => {
  const session = await sessionNamed(site, 'parole-angers');
  for (let left = session.seatsLeft; left > 0; left--) await enrolByAPI(site, session.id);
  await page.goto(site);
  const card = page.locator('.card', { has: page.locator(`a[href="/session/?id=${session.id}"]`) });
  await expect(card).toContainText('Complet');
  await page.goto(`${site}/session/?id=${session.id}`);
  await expect(page.getByText('Cette session est complète')).toBeVisible();
  await page.getByRole('link', { name: 'Rejoindre la liste d’attente' }).click();
  await choosePayment(page, 'personnel');
  await sayWho(page, someone(), 'personnel');
  await page.getByLabel('J’accepte').check();
  await page.getByRole('button', { name: 'M’inscrire en liste d’attente' }).click();
  await expect(heading(page, 'Vous êtes sur la liste d’attente')).toBeVisible();
});

test('a session too close for DIFE says why, on its page and in the choice, and cannot be chosen so', async ({
  page,
  site,
}) => {
  const session = withSeats(await sessions(site)).find((s) => !s.funding.dife.open)!;
  await page.goto(`${site}/session/?id=${session.id}`);
  await expect(page.getByText(session.funding.dife.reason!)).toBeVisible();
  await page.goto(`${site}/inscription/financement/?session=${session.id}`);
  await expect(page.getByLabel('Avec mon DIFE')).toBeDisabled();
  await expect(page.getByText(session.funding.dife.reason!)).toBeVisible();
});

test('DIFE closes between the choice and the sending: the server’s reason, and another way keeps the answers', async ({
  page,
  site,
  allow,
}) => {
  allow(/status of 409/);
  const email = someone();
  const session = withSeats(await sessions(site)).find((s) => !s.funding.dife.open && s.funding.personnel.open)!;
  // The page sees what was true a moment ago; the server knows better.
  await page.route(`**/api/sessions/${session.id}`, async (route) => {
    const answer = await route.fetch();
    const seen = await answer.json();
    seen.funding.dife = { open: true, closesAt: new Date(Date.now() + 864e5).toISOString() };
    await route.fulfill({ response: answer, json: seen });
  });
  await upToCheck(page, site, session.id, 'dife', email);
  await page.getByRole('button', { name: 'Réserver ma place' }).click();
  await expect(page.getByRole('alert')).toContainText('Cette façon de payer n’est plus possible');
  await page.getByRole('button', { name: 'Choisir une autre façon de payer' }).click();
  await page.getByLabel('À titre personnel').check();
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await expect(heading(page, 'Vérifiez vos réponses')).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
  await page.getByRole('button', { name: 'Réserver ma place' }).click();
  await expect(heading(page, /Votre place est réservée|liste d’attente/)).toBeVisible();
});

test('filters keep to the address, and what they hide comes back', async ({ page, site }) => {
  await page.goto(site);
  const all = await sessions(site);
  await expect(page.locator('.card')).toHaveCount(all.length);
  await page.getByText('Filtrer').click();
  await page.getByLabel('Lieu').selectOption('visio');
  await expect(page.locator('.card')).toHaveCount(all.filter((s) => s.remote).length);
  await expect(page).toHaveURL(/lieu=visio/);
  await page.getByLabel('Façon de payer encore possible').selectOption('dife');
  await expect(page.locator('.card')).toHaveCount(all.filter((s) => s.remote && s.funding.dife.open).length);
  await page.reload();
  await expect(page.locator('.card')).toHaveCount(all.filter((s) => s.remote && s.funding.dife.open).length);
  await page.getByRole('button', { name: 'Effacer les filtres' }).click();
  await expect(page.locator('.card')).toHaveCount(all.length);
});

test('help to choose: three questions, one advice with its reasons', async ({ page, site }) => {
  const session = await sessionNamed(site, 'urbanisme-tours');
  await page.goto(`${site}/inscription/financement/?session=${session.id}`);
  await page.getByRole('button', { name: 'Aidez-moi à choisir' }).click();
  await page.getByLabel('Dans un conseil').check();
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await page.getByLabel('Non', { exact: false }).last().check();
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await page.getByLabel('Non, ou je ne sais pas').check();
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await expect(heading(page, 'Notre conseil')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Avec mon DIFE' })).toBeVisible();
  await page.getByRole('button', { name: /^Choisir/ }).click();
  await expect(heading(page, 'Votre identité numérique')).toBeVisible();
  await expect(page.getByText('Commencez au plus tard')).toBeVisible();
});

test('seats change while the list is read: said politely, once', async ({ page, site }) => {
  const session = await sessionNamed(site, 'journee-nantes');
  await page.clock.install();
  await page.goto(site);
  await expect(page.locator('.card').first()).toBeVisible();
  await enrolByAPI(site, session.id);
  await page.clock.runFor(35_000);
  await expect(page.getByRole('status')).toContainText(`${session.formation.title} : `);
});

test('the organisation cancels the session: the file says so and goes on to another one', async ({ page, scenes }) => {
  await page.goto(`${scenes}/dossier/#sessionannulee.1.holder.exemple`);
  await expect(heading(page, 'Cette session est annulée')).toBeVisible();
  await page.getByRole('button', { name: 'Choisir une autre session' }).click();
  await expect(heading(page, 'Changer de session')).toBeVisible();
  await expect(page.getByText('Vos réponses et vos étapes déjà faites sont gardées.')).toBeVisible();
  await expect(page.getByRole('radio').first()).toBeVisible();
});

test('a change of session offers only what can be had: no full session, no way of paying that is over', async ({
  page,
  scenes,
}) => {
  await page.goto(`${scenes}/dossier/?vue=session#dife.1.holder.exemple`);
  await expect(page.getByLabel('Prendre la parole en public')).toBeEnabled();
  await expect(page.getByLabel('Urbanisme')).toBeDisabled();
  await expect(page.getByText('Trop tard pour le DIFE')).toBeVisible();
  await expect(page.getByText('liste d’attente ouverte')).toHaveCount(0);
});

test('an offered seat is declined once it is asked again: a slip of the finger loses nothing', async ({
  page,
  scenes,
}) => {
  await page.goto(`${scenes}/dossier/#offre.1.holder.exemple`);
  const file = await (await fetch(`${scenes}/api/enrolments/offre`)).json();
  await page.route('**/cancellation', (route) => route.fulfill({ json: { ...file, status: 'cancelled' } }));
  await page.getByRole('button', { name: 'Refuser la place' }).click();
  await expect(heading(page, 'Refuser la place proposée')).toBeVisible();
  await page.getByRole('button', { name: 'Refuser la place' }).click();
  await expect(heading(page, 'Cette inscription est annulée')).toBeVisible();
  await expect(page.getByText('Merci de nous avoir prévenus')).toBeVisible();
});
