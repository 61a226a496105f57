// What a date does to the money, on sessions that the spec publishes itself: a session that moves, and a last call whose step does not fit.
import type { Page } from '@playwright/test';
import type { Session } from '../../src/app/contract.js';
import { arrived, heading, mailsFor, prove, sessions } from './support/product.js';
import { CLAIRE, enrolled, newName, signIn } from './support/team.js';
import { violations } from '../support/checks.js';
import { expect, test } from './support/test.js';

/** The day that is so many days from the product's own today, as a field of a form has it. */
async function day(site: string, days: number) {
  const { now } = (await (await fetch(`${site}/_local/clock`)).json()) as { now: string };
  return new Date(Date.parse(now) + days * 86_400_000).toISOString().slice(0, 10);
}

async function fillDay(page: Page, when: string) {
  for (const n of [1, 2]) await page.getByLabel(`Jour ${n} (obligatoire)`).fill(when);
  await page.getByRole('button', { name: 'Relire ce que cela change' }).click();
}

/** Publishes a session like another on a day, and gives it as the public sees it. */
async function publish(page: Page, site: string, model: Session, when: string) {
  await page.goto(`${site}/equipe/#/sessions/${model.id}`);
  await page.getByRole('link', { name: 'Dupliquer' }).click();
  await heading(page, 'Dupliquer la session').waitFor();
  await fillDay(page, when);
  await page.getByRole('button', { name: 'Publier la session' }).click();
  await expect(page.locator('#fait')).toContainText('La session est publiée');
  return published(page, site);
}

/** The session whose page is open, as the public sees it. */
async function published(page: Page, site: string) {
  const id = decodeURIComponent(new URL(page.url()).hash.split('/')[2]!);
  return (await sessions(site)).find((s) => s.id === id)!;
}

async function move(page: Page, when: string) {
  await page.getByRole('link', { name: 'Modifier ou déplacer' }).click();
  await heading(page, 'Modifier la session').waitFor();
  await fillDay(page, when);
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.locator('#fait')).toContainText('La session est enregistrée');
}

const model = async (site: string) => (await sessions(site)).find((s) => s.id.startsWith('urbanisme-tours'))!;

test('a session moves: the contact gets papers that cancel and replace, the élu’s page says so', async ({
  page,
  site,
  allow,
}) => {
  allow(/Failed to load resource/);
  test.setTimeout(300_000);
  await signIn(page, site, CLAIRE);
  await heading(page, 'Aujourd’hui').waitFor();
  const session = await publish(page, site, await model(site), await day(site, 90));
  const file = await enrolled(site, session.id, 'personnel', newName('Déplacée'));
  await prove(site, file.email);
  const contact = `sg.${file.email}`;
  const answer = await fetch(`${site}/api/enrolments/${file.id}/funding`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${file.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ mode: 'collectivite', authorityContact: { name: 'Secrétariat', email: contact } }),
  });
  expect(answer.status).toBe(200);
  const got = (subject: RegExp) => async () => (await mailsFor(contact)).find((m) => subject.test(m.subject));
  const number = (text: string, prefix: string) => new RegExp(`${prefix}-EC-[\\w-]+`).exec(text)?.[0];
  await arrived(site, got(/./));
  const first = (await mailsFor(contact)).map((m) => m.text).join('\n');

  await page.goto(`${site}/equipe/#/sessions/${session.id}`);
  await move(page, await day(site, 100));
  const again = (await arrived(site, got(/^Annule et remplace/))).text;
  for (const prefix of ['D', 'CV']) {
    expect(number(again, prefix)).toMatch(/-\d$/);
    expect(first).not.toContain(number(again, prefix));
  }
  expect(again).toContain('annulent et remplacent');

  await page.goto(file.link.replace(/^https?:\/\/[^/]+/, site));
  await expect(page.getByText('Nouveaux papiers, qui annulent et remplacent les précédents')).toBeVisible();
  const own = await mailsFor(file.email);
  expect(own.some((m) => m.subject.startsWith('Changement'))).toBe(true);
});

test('a last call whose step does not fit offers another way of paying, to the end', async ({ page, site, allow }) => {
  allow(/Failed to load resource/);
  test.setTimeout(300_000);
  await signIn(page, site, CLAIRE);
  await heading(page, 'Aujourd’hui').waitFor();
  // The nearest day that the DIFE still pays for: the identity, a day of work, would come too late.
  let ahead = 14;
  let session = await publish(page, site, await model(site), await day(site, ahead));
  while (!session.funding.dife.open && ahead < 30) {
    await move(page, await day(site, ++ahead));
    session = await published(page, site);
  }
  const file = await enrolled(site, session.id, 'dife', newName('Pressée'));
  await page.goto(file.link.replace(/^https?:\/\/[^/]+/, site));
  await expect(heading(page, 'Changez de façon de payer')).toBeVisible();
  await expect(page.getByText('elle ne serait plus prête à temps')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Changer de façon de payer' }).click();
  await page.getByLabel('À titre personnel').check();
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await page.getByRole('button', { name: 'J’ai signé le contrat' }).click();
  await expect(page.getByText('C’est noté')).toBeVisible();
  const payment = page.locator('details.next');
  await expect(payment).toContainText('avant la fin du délai de rétractation');
  await expect(heading(page, 'Changez de façon de payer')).toHaveCount(0);
});
