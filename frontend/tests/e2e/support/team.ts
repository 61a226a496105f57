import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { Enrolment, Mode, Session } from '../../../src/app/contract.js';
import { clockOf, heading, laterBy, sessionNamed } from './product.js';
import { expect } from './test.js';

/** The people of the local issuer, as its page names them. */
export const CLAIRE = 'Claire Gestion';
export const LUC = 'Luc Lecture';
export const DIANE = 'Diane Direction';
export const PAUL = 'Paul Personne';

/** Opens the organisation's pages and signs in by one click at the issuer. */
export async function signIn(page: Page, site: string, who: string) {
  await page.goto(`${site}/equipe/`);
  await heading(page, 'Bonjour').waitFor();
  await page.getByRole('button', { name: 'Me connecter' }).click();
  await page.getByRole('button', { name: who }).click();
}

/** Somebody with a name of their own, enrolled through the public API; gives their file and the token of their link. */
export async function enrolled(site: string, sessionId: string, funding: Mode, lastName: string, phone?: string) {
  const email = `${randomUUID().slice(0, 8)}@mairie-exemple.fr`;
  const answer = await fetch(`${site}/api/enrolments`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
    body: JSON.stringify({
      sessionId,
      funding,
      person: { firstName: 'Awa', lastName, birthName: funding === 'dife' ? lastName : undefined, email, phone },
      mandate: { kind: 'maire', authority: 'Commune de Clisson' },
      consent: true,
    }),
  });
  expect(answer.status).toBe(201);
  const made = (await answer.json()) as { enrolment: Enrolment; link: string };
  const [, id = '', token = ''] = /#([a-z0-9]+)\.(.+)$/.exec(made.link) ?? [];
  return { ...made, id, token, email, name: `Awa ${lastName}` };
}

/** The élu declares a step done on their own page. */
export async function declares(site: string, file: { id: string; token: string }, step: string) {
  const answer = await fetch(`${site}/api/enrolments/${file.id}/steps/${step}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${file.token}` },
  });
  expect(answer.status).toBe(200);
}

/** A last name that nobody else has. */
export const newName = (start: string) =>
  start +
  randomUUID()
    .replace(/[^a-f]/g, '')
    .padEnd(6, 'z')
    .slice(0, 6);

export const endOf = (s: Session) => s.halfDays.at(-1)!.end;

/** Lets the time of the product pass until a session is over, by an hour. */
export async function pastItsEnd(site: string, session: Session) {
  const over = Date.parse(endOf(session)) + 3_600_000;
  await laterBy(site, `${Math.ceil((over - (await clockOf(site))) / 60_000)}m`);
}

/**
 * Signs in and opens a session that is over on the product's clock. The issuer keeps the machine's clock, and so does the browser: only
 * the session is told to be of today.
 */
export async function opensToClose(page: Page, site: string, { id }: Session) {
  await page.route(`**/api/staff/sessions/${id}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), start: new Date().toISOString() } });
  });
  await signIn(page, site, CLAIRE);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${site}/equipe/#/sessions/${id}`);
}

/**
 * Publishes a session of so many seats as the team does, months from the product's present: for a journey that fills one. Signed in as
 * Claire, and signed out by leaving the page: the token is only in its memory.
 */
export async function publishes(page: Page, site: string, seats: number): Promise<string> {
  const model = await sessionNamed(site, 'urbanisme-tours');
  const day = new Date((await clockOf(site)) + 120 * 86_400_000);
  while (day.getUTCDay() !== 2) day.setUTCDate(day.getUTCDate() + 1);
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 1280, height: 800 });
  await signIn(page, site, CLAIRE);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${site}/equipe/#/sessions/${model.id}`);
  await page.getByRole('link', { name: 'Dupliquer' }).click();
  await page.getByLabel('Places (obligatoire)').fill(String(seats));
  await page.getByLabel('Minimum').fill('1');
  for (const i of [1, 2]) await page.getByLabel(`Jour ${i} (obligatoire)`).fill(day.toISOString().slice(0, 10));
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
  await page.getByRole('button', { name: 'Publier la session' }).click();
  await expect(page.locator('#fait')).toContainText('La session est publiée');
  await page.setViewportSize(size);
  return decodeURIComponent(new URL(page.url()).hash.split('/')[2]!);
}
