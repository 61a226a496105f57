// Once a session is closed: what people thought of it, and what the contact of a group is given. It moves the product's clock by weeks, on
// a session of its own, and stands after all others.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { arrived, heading, mailsFor, prove, sessions, withSeats } from './support/product.js';
import { DIANE, endOf, enrolled, newName, opensToClose, pastItsEnd, signIn } from './support/team.js';
import { check } from './support/team-screens.js';
import { looseSpaces, smallTargets, violations } from '../support/checks.js';
import { expect, test } from './support/test.js';

/** A picture to look at, where SHOTS says. */
const shot = async (page: Page, name: string) => {
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`), fullPage: true });
};

/** Somebody's answers without the page: the best ones. */
async function opines(site: string, file: { id: string; token: string }) {
  const answer = await fetch(`${site}/api/enrolments/${file.id}/opinion`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${file.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ answers: [4, 4, 4, 4, 4] }),
  });
  expect(answer.status).toBe(200);
}

/** A mairie enrols two of its élus, who open their mail; gives its page and who they are. */
async function council(site: string, sessionId: string) {
  const contact = `sg.${randomUUID().slice(0, 8)}@mairie-exemple.fr`;
  const people = [newName('Groupe'), newName('Groupe')].map((lastName) => ({
    firstName: 'Anne',
    lastName,
    email: `${randomUUID().slice(0, 8)}@mairie-exemple.fr`,
    mandate: 'adjoint',
  }));
  const answer = await fetch(`${site}/api/groups`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
    body: JSON.stringify({
      sessionId,
      authority: 'Commune de Clisson',
      contact: { name: 'Secrétariat', email: contact },
      people,
      consent: true,
    }),
  });
  expect(answer.status).toBe(201);
  const { link } = (await answer.json()) as { link: string };
  for (const p of people) await prove(site, p.email);
  return { contact, people, page: link.replace(/^https?:\/\/[^/]+/, site) };
}

/** Everybody was there, as the trainer's link says. */
async function allPresent(site: string, sessionId: string, token: string) {
  const at = `${site}/api/attendance/${sessionId}`;
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const sheet = (await (await fetch(at, { headers })).json()) as {
    halfDays: { key: string }[];
    people: { id: string }[];
    now: string;
  };
  for (const half of sheet.halfDays)
    for (const person of sheet.people) {
      const mark = await fetch(`${at}/${half.key}/${person.id}`, {
        method: 'PUT',
        headers,
        body: JSON.stringify({ presence: 'present', at: sheet.now }),
      });
      expect(mark.status).toBe(200);
    }
}

test('who came says what they thought, the director reads it from three on, and a group’s contact has its certificates', async ({
  page,
  site,
}) => {
  test.slow(); // weeks pass for everybody whom the other journeys enrolled: their mails leave first
  const wide = withSeats(await sessions(site)).filter((s) => s.funding.collectivite.open && s.seatsLeft > 5);
  const session = wide.sort((a, b) => endOf(a).localeCompare(endOf(b)))[0]!;
  const three = [];
  for (let i = 0; i < 3; i++) three.push(await enrolled(site, session.id, 'personnel', newName('Avis')));
  for (const file of three) await prove(site, file.email); // so that the group's seats are not too many that nobody proved
  const group = await council(site, session.id);
  await pastItsEnd(site, session);

  await page.setViewportSize({ width: 1280, height: 800 });
  await opensToClose(page, site, session);
  const link = await page.getByRole('link', { name: 'Ouvrir la feuille de présence' }).getAttribute('href');
  await allPresent(site, session.id, /#[^.]+\.(.+)$/.exec(link!)![1]!);
  await page.getByRole('button', { name: 'Clore la session' }).click();
  await expect(page.getByRole('button', { name: 'Certificats de réalisation (ZIP)' })).toBeVisible();

  // Two people's opinion is nobody's to read.
  await opines(site, three[0]!);
  await opines(site, three[1]!);
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await signIn(page, site, DIANE);
  await heading(page, 'Aujourd’hui').waitFor();
  const day = endOf(session).slice(0, 10);
  const count = async () => {
    await page.goto(`${site}/equipe/#/chiffres`);
    await heading(page, 'Chiffres').waitFor();
    await page.getByLabel('Sessions finies du').fill(day);
    await page.getByLabel('au', { exact: true }).fill(day);
    await page.getByRole('button', { name: 'Compter' }).click();
    await expect(page.getByRole('button', { name: 'Compter' })).not.toHaveAttribute('aria-disabled', 'true');
  };
  await count();
  await expect(page.getByText('1 session avec moins de trois avis')).toBeVisible();
  await expect(page.getByText('Aucun avis à montrer')).toBeVisible();

  // The third one answers on their own page, on a phone.
  const own = await page.context().newPage();
  await own.setViewportSize({ width: 360, height: 740 });
  await own.goto(`${site}/dossier/#${three[2]!.id}.${three[2]!.token}`);
  await own.getByRole('link', { name: 'Donner mon avis, en cinq questions' }).click();
  await heading(own, 'Votre avis, en cinq questions').waitFor();
  await own.getByRole('button', { name: 'Envoyer mon avis' }).click();
  await expect(own.getByText('Répondez à une question au moins')).toHaveCount(2); // the summary, and at the question
  expect.soft(await violations(own)).toEqual([]);
  const questions = own.getByRole('group');
  await expect(questions).toHaveCount(5);
  await questions.first().getByLabel('Oui', { exact: true }).check();
  await expect(own.getByText('Répondez à une question au moins')).toHaveCount(0); // what was wrong is right
  await expect(own).toHaveTitle(/^(?!Erreur)/);
  for (const [i, answer] of ['Oui', 'Plutôt oui', 'Oui', 'Plutôt non'].entries())
    await questions.nth(i).getByLabel(answer, { exact: true }).check(); // the fifth is left out
  expect.soft(await violations(own)).toEqual([]);
  expect.soft(await smallTargets(own)).toEqual([]);
  expect.soft(await looseSpaces(own)).toEqual([]);
  await shot(own, 'avis.phone');
  await own.setViewportSize({ width: 1280, height: 800 });
  await shot(own, 'avis.laptop');
  // Without network nothing is sent, and no answer is lost.
  await own.context().setOffline(true);
  await own.getByRole('button', { name: 'Envoyer mon avis' }).click();
  await expect(own.getByText('Le réseau ne répond pas')).toBeVisible();
  await expect(questions.nth(3).getByLabel('Plutôt non', { exact: true })).toBeChecked();
  await own.context().setOffline(false);
  await own.waitForTimeout(1_000); // a tap within a second of the same one is taken for the same
  await own.getByRole('button', { name: 'Envoyer mon avis' }).click();
  await expect(own.getByText('Merci, votre avis est compté.')).toBeVisible();
  await expect(own.getByRole('link', { name: 'Donner mon avis, en cinq questions' })).toHaveCount(0);
  expect.soft(await violations(own)).toEqual([]);

  await page.bringToFront(); // a page behind another draws nothing again when its width changes
  await count();
  const row = page.getByRole('row', { name: session.formation.title }).filter({ hasText: '3 sur' });
  await expect(row).toContainText('100\u00a0%');
  await expect(row.getByRole('cell').nth(4)).toContainText('67\u00a0%'); // the fourth question: two of three
  await expect(row.getByRole('cell').nth(5)).toContainText('100\u00a0%'); // of the two who answered the fifth
  await expect(page.getByText(three[2]!.name)).toHaveCount(0);
  await check(page, 'the figures with opinions');
  await shot(page, 'chiffres.laptop');
  await page.setViewportSize({ width: 360, height: 740 });
  await shot(page, 'chiffres.phone');

  // The contact of the group has the certificates of its people in one file, on its page and in its mail.
  await own.setViewportSize({ width: 360, height: 740 });
  await own.goto(group.page);
  await expect(own.getByText('Les certificats de réalisation sont prêts')).toBeVisible();
  expect.soft(await violations(own)).toEqual([]);
  await shot(own, 'papiers.phone');
  const [file] = await Promise.all([
    own.waitForEvent('download'),
    own.getByRole('button', { name: 'Certificats de réalisation (PDF)' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^certificats-EC-[\w-]+\.pdf$/);
  expect(
    readFileSync(await file.path())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
  await arrived(site, async () => (await mailsFor(group.contact)).some((m) => /^Certificats/.test(m.subject)), '2h');
  const mail = (await mailsFor(group.contact)).find((m) => /^Certificats/.test(m.subject))!;
  for (const p of group.people) expect(mail.text).toContain(`${p.firstName} ${p.lastName}`);
  for (const f of three) expect(mail.text).not.toContain(f.name);
});
