import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Page } from '@playwright/test';
import { search, type Challenge } from '../../src/app/work.js';
import { choosePayment, heading, mailsFor, sayWho, sessionNamed, someone, upToCheck } from './support/product.js';
import { product } from './support/start.js';
import { CLAIRE, signIn } from './support/team.js';
import { expect, test } from './support/test.js';

/**
 * What honest people see of the limits, at their deployed settings: the other journeys lift them. One product for the whole file, and one
 * source: the browser's. Others are other addresses of this machine.
 */
test.describe.configure({ mode: 'serial' });
test.setTimeout(240_000);

const HERE = '127.0.0.1';
const ELSEWHERE = '127.0.0.2';
const before = { ...process.env };
let own: Awaited<ReturnType<typeof product>>;

test.beforeAll(async () => {
  own = await product('on');
  const { issuer } = (await (await fetch(`${own.site}/api/staff/sign-in`)).json()) as { issuer: string };
  Object.assign(process.env, { BASE_URL: own.site, MAIL_URL: own.mail, AUTH_URL: issuer });
});

test.afterAll(async () => {
  await own.stop();
  const { BASE_URL, MAIL_URL, AUTH_URL } = before;
  Object.assign(process.env, { BASE_URL, MAIL_URL, AUTH_URL });
});

/** Asks for a seat without the pages, from an address of this machine. */
function ask(from: string, sessionId: string, more: Record<string, unknown> = {}) {
  const body = JSON.stringify({
    sessionId,
    funding: 'personnel',
    person: { firstName: 'Alix', lastName: 'Martin', email: someone() },
    mandate: { kind: 'maire', authority: 'Commune de Clisson' },
    consent: true,
    ...more,
  });
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() };
  return new Promise<number>((resolve, reject) => {
    const options = { host: HERE, port: new URL(own.site).port, path: '/api/enrolments', method: 'POST', headers };
    request({ ...options, localAddress: from }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    })
      .on('error', reject)
      .end(body);
  });
}

async function work() {
  const answer = await fetch(`${own.site}/api/challenge`);
  return search(((await answer.json()) as { challenge: Challenge }).challenge, 4);
}

const reserve = (page: Page) => page.getByRole('button', { name: 'Réserver ma place' }).click();
const working = (page: Page) => page.getByRole('status').filter({ hasText: 'vérification contre les robots' });

test('the eleventh of a source does a proof of work by itself; when it cannot, that is what the page says', async ({
  page,
  allow,
}) => {
  const many = await sessionNamed(own.site, 'journee-nantes');
  const few = await sessionNamed(own.site, 'budget-visio');
  for (let n = 0; n < 10; n++) expect(await ask(HERE, n < 7 ? many.id : few.id)).toBe(201);
  expect(await ask(HERE, few.id)).toBe(422);

  const session = await sessionNamed(own.site, 'deontologie-printemps');
  await upToCheck(page, own.site, session.id, 'personnel', someone());
  allow(/Failed to load resource|ERR_FAILED/);
  await page.route(/worker/, (route) => route.abort());
  await reserve(page);
  const failure = page.getByRole('alert').filter({ hasText: 'n’a pas été enregistrée' });
  await expect(failure).toContainText('vérification contre les robots');
  await expect(page.getByText('pas reçu de réponse')).toBeHidden();

  await page.unroute(/worker/);
  await page.waitForTimeout(1_100); // the guard against double taps
  await page.getByRole('button', { name: 'Envoyer de nouveau' }).click();
  await expect(working(page)).toBeInViewport();
  await expect(page.getByRole('button', { name: 'Réserver ma place' })).toHaveAttribute('aria-disabled', 'true');
  await expect(heading(page, 'Votre place est réservée')).toBeVisible({ timeout: 120_000 });
});

test('beyond the share of a session nobody is refused: the mailed link gives the seat', async ({ page, allow }) => {
  allow(/422/); // work is asked for
  const session = await sessionNamed(own.site, 'parole-rennes'); // ten seats: three without work, seven at most
  for (let n = 0; n < 3; n++) expect(await ask(ELSEWHERE, session.id)).toBe(201);
  for (let n = 0; n < 4; n++) expect(await ask(ELSEWHERE, session.id, { challenge: await work() })).toBe(201);

  const email = someone();
  await upToCheck(page, own.site, session.id, 'personnel', email);
  await reserve(page);
  await expect(heading(page, 'Il reste à confirmer votre adresse')).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText('Aucune place ne vous est gardée')).toBeVisible();
  await expect(page.getByText('Si une place se libère')).toBeHidden();
  await page.getByRole('link', { name: 'Ouvrir mon dossier' }).click();
  await expect(page.getByText('Votre adresse est à confirmer')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Retirer ma demande' })).toBeVisible(); // it is on no list, and moves to no session
  await expect(page.getByText('Quitter la liste')).toBeHidden();
  await expect(page.getByText('Changer de session')).toBeHidden();

  const mailed = async () =>
    /\/dossier\/#[a-z0-9]+\.\d+\.m\.[\w-]+/.exec((await mailsFor(email)).map((m) => m.text).join('\n'));
  await expect.poll(mailed, { timeout: 60_000 }).toBeTruthy();
  await page.goto('about:blank');
  await page.goto(own.site + (await mailed())![0]);
  await expect(page.getByText('Votre place est réservée')).toBeVisible();
  await expect(page.getByText('Aucune place ne vous est gardée')).toBeHidden();
});

test('a kiosk that the team opens enrols a congress beyond the caps, with nothing to prove', async ({ page }) => {
  const session = await sessionNamed(own.site, 'parole-rennes'); // its share is used up, and so is what this source has without work
  await page.setViewportSize({ width: 1280, height: 800 });
  await signIn(page, own.site, CLAIRE);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${own.site}/equipe/#/sessions`);
  await page.getByRole('button', { name: 'Ouvrir une borne' }).click();
  const opening = await page.getByRole('link', { name: 'Ouvrir la borne sur cet appareil' }).getAttribute('href');
  const pass = new URL(opening!).hash.slice(1);

  await page.setViewportSize({ width: 820, height: 1180 });
  await page.goto(opening!);
  await page.getByLabel('Code de sortie').fill('2468');
  await page.getByRole('button', { name: 'Démarrer la borne' }).click();
  await page.getByRole('button', { name: 'Toucher pour commencer' }).click();
  await page.getByRole('button', { name: session.formation.title }).last().click();
  await page.getByRole('button', { name: 'S’inscrire à cette session' }).click();
  await choosePayment(page, 'personnel');
  await sayWho(page, someone(), 'personnel');
  await page.getByLabel('J’accepte').check();
  await reserve(page);
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await expect(page.getByText(session.place).first()).toBeVisible();
  await expect(page.getByText('Confirmez votre adresse')).toBeHidden();

  const large = await sessionNamed(own.site, 'journee-nantes'); // 24 seats, seven of them taken
  for (let n = 0; n < 17; n++) expect(await ask(HERE, large.id, { kiosk: pass })).toBe(201);
  expect((await sessionNamed(own.site, 'journee-nantes')).seatsLeft).toBe(0);
});
