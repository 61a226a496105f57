// A seat given out of the order of the queue: why it was, and who reads it, from the act to the mailbox.
import type { Page } from '@playwright/test';
import { heading, laterBy, mailsFor } from './support/product.js';
import { CLAIRE, DIANE, enrolled, newName, signIn } from './support/team.js';
import { check } from './support/team-screens.js';
import { expect, test } from './support/test.js';

test.use({ viewport: { width: 1280, height: 800 } });

const MINUTE = 60_000;
const DAY = 86_400_000;

const paris = (at: number) => {
  const [day = '', hour = ''] = new Date(at).toLocaleString('sv-SE', { timeZone: 'Europe/Paris' }).split(' ');
  return { day, hour: hour.slice(0, 5) };
};

/**
 * A session of one seat whose enrolments close within five minutes of the product's clock: from then on a freed seat is offered to
 * nobody, and it is for the team to say whose it is.
 */
async function closingSoon(site: string, bearer: string) {
  const { now } = (await (await fetch(`${site}/_local/clock`)).json()) as { now: string };
  const [closing, first] = [paris(Date.parse(now) + 5 * MINUTE), paris(Date.parse(now) + 4 * DAY)];
  const before = Math.round((Date.parse(first.day) - Date.parse(closing.day)) / DAY);
  const halfDays = [{ date: first.day, start: '09:00', end: '12:30' }];
  const { id } = await asTeam<{ id: string }>(site, bearer, '/sessions', {
    session: {
      formation: 'urbanisme-plu',
      remote: true,
      halfDays: [...halfDays, { date: first.day, start: '14:00', end: '17:30' }],
      closesAt: `-${before} ${closing.hour}`,
      capacity: 1,
      minimum: 1,
    },
  });
  return id;
}

async function asTeam<T>(site: string, bearer: string, path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${site}/api/staff${path}`, {
    method: 'POST',
    headers: { Authorization: bearer, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return (await answer.json()) as T;
}

/** Signs in, and gives what the page sends to say who it is. */
async function bearerOf(page: Page, site: string, who: string) {
  const [asked] = await Promise.all([page.waitForRequest('**/api/staff/duties*'), signIn(page, site, who)]);
  await heading(page, 'Aujourd’hui').waitFor();
  return (await asked.headerValue('authorization'))!;
}

test('a seat is given out of order, with a reason that the queue, the journal and the file keep, and a mail', async ({
  page,
  site,
  allow,
  browser,
}) => {
  allow(/Failed to load resource/);
  const id = await closingSoon(site, await bearerOf(page, site, CLAIRE));
  const seated = await enrolled(site, id, 'personnel', newName('Assise'));
  const first = await enrolled(site, id, 'personnel', newName('Première'));
  const second = await enrolled(site, id, 'personnel', newName('Seconde'));
  expect([seated, first, second].map((f) => f.enrolment.status)).toEqual(['reserved', 'waiting', 'waiting']);
  await laterBy(site, '6m');

  // Somebody calls to say that they cannot come: from now on nobody is offered the seat.
  await page.goto(`${site}/equipe/#/dossiers/${seated.id}`);
  await page.getByRole('button', { name: 'Annuler l’inscription' }).click();
  await page.getByLabel('Motif (obligatoire)').fill('Empêchée, a prévenu par téléphone');
  await page.locator('form.act').getByRole('button', { name: 'Annuler l’inscription' }).click();
  await expect(page.locator('#fait')).toContainText('annulée');

  // Gestion sees the queue, and has no such act.
  await page.goto(`${site}/equipe/#/sessions/${id}`);
  await expect(page.locator('.lines li', { hasText: second.name })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Donner une place' })).toHaveCount(0);

  const diane = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await signIn(diane, site, DIANE);
  await heading(diane, 'Aujourd’hui').waitFor();
  await diane.goto(`${site}/equipe/#/sessions/${id}`);
  await diane.getByRole('button', { name: `Donner une place à ${second.name}` }).click();
  const form = diane.locator('form.act');
  await expect(form).toContainText('passe devant celles qui attendaient avant elle');
  await form.getByRole('button', { name: 'Donner la place' }).click();
  await expect(diane.locator('.summary')).toContainText('Dites pourquoi');
  await expect(diane).toHaveTitle(/^Erreur/);
  await check(diane, 'a seat out of order, refused without a reason');
  await form.getByLabel('Motif (obligatoire)').fill('Maire de la commune d’accueil');
  await form.getByRole('button', { name: 'Donner la place' }).click();
  await expect(diane.locator('#fait')).toContainText(`${second.name} a une place`);

  // The queue keeps who was first, and what happened to it, for whoever asks later: gestion reads it too.
  await page.reload();
  await expect(page.getByRole('row', { name: second.name })).toContainText('Place réservée');
  await expect(page.locator('.lines li', { hasText: first.name })).toContainText('1.');
  await page.getByText('Ce qui s’est passé dans la file').click();
  const event = page.locator('.timeline li', { hasText: 'Hors de l’ordre' });
  await expect(event).toContainText(second.name);
  await expect(event).toContainText('Hors de l’ordre : Maire de la commune d’accueil');
  await check(page, 'the history of a queue');

  await page.getByRole('link', { name: second.name }).first().click();
  const act = page.locator('.timeline li', { hasText: 'Place donnée hors de l’ordre' });
  await expect(act).toContainText(DIANE);
  await expect(act).toContainText('Motif : Maire de la commune d’accueil');

  await diane.getByRole('link', { name: 'Journal', exact: true }).click();
  const line = diane.getByRole('row', { name: /Place donnée hors de l’ordre/ }).first();
  await expect(line).toContainText(DIANE);
  await expect(line).toContainText('Maire de la commune d’accueil');
  await diane.context().close();

  // They are told; who stays in the queue is not.
  const told = async (email: string) => (await mailsFor(email)).map((m) => m.subject);
  const seat = /^(Inscription et convocation|La place est à vous)/; // besides what the clock of the other journeys made due
  const seats = async (email: string) => (await told(email)).filter((subject) => seat.test(subject)).length;
  await expect.poll(() => seats(second.email), { timeout: 60_000 }).toBe(1);
  expect(await seats(first.email)).toBe(0);
});
