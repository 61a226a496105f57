import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { Enrolment, Mode, Session } from '../../../src/app/contract.js';
import { expect } from './test.js';

export const someone = () => `jeanne.${randomUUID().slice(0, 8)}@mairie-exemple.fr`;

export async function sessions(site: string): Promise<Session[]> {
  const answer = await fetch(`${site}/api/sessions`);
  return ((await answer.json()) as { sessions: Session[] }).sessions;
}

/** Where somebody who comes now is given a seat: other journeys fill sessions, and then those speak of waiting. */
export const withSeats = (all: Session[]) => all.filter((s) => s.seatsLeft > 0 && !s.waiting);

/** The open session whose id begins so (relative dates are part of the id). */
export async function sessionNamed(site: string, start: string): Promise<Session> {
  const found = (await sessions(site)).find((s) => s.id.startsWith(start));
  expect(found, `no open session ${start}`).toBeTruthy();
  return found!;
}

/** Enrols without the pages, to fill a session. */
export async function enrolByAPI(site: string, sessionId: string, funding: Mode = 'personnel', email = someone()) {
  const answer = await fetch(`${site}/api/enrolments`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
    body: JSON.stringify({
      sessionId,
      funding,
      person: { firstName: 'Alix', lastName: 'Martin', email },
      mandate: { kind: 'maire', authority: 'Commune de Clisson' },
      consent: true,
    }),
  });
  expect(answer.status).toBe(201);
  return (await answer.json()) as { enrolment: Enrolment; link: string };
}

interface Mail {
  subject: string;
  text: string;
}

/** Every e-mail in the local mailbox for an address, whatever shape the mailbox gives it. */
export async function mailsFor(address: string): Promise<Mail[]> {
  const answer = await fetch(`${process.env.MAIL_URL}/store`);
  const { emails } = (await answer.json()) as { emails: Record<string, unknown>[] };
  const wanted = emails.filter((m) => JSON.stringify(m['destination'] ?? m).includes(address));
  return wanted.map((m) => {
    const body = m['body'] as { text?: string; html?: string } | undefined;
    return { subject: String(m['subject'] ?? ''), text: `${body?.text ?? ''}\n${body?.html ?? ''}` };
  });
}

/** Waits for exactly one e-mail and gives it. */
export async function oneMailFor(address: string): Promise<Mail> {
  await expect.poll(async () => (await mailsFor(address)).length, { timeout: 60_000 }).toBe(1);
  return (await mailsFor(address))[0]!;
}

/** Opens the link of the mail that only the address's mailbox has: nothing leaves to a contact before. */
export async function prove(site: string, email: string) {
  const mailed = async () =>
    /\/dossier\/#([a-z0-9]+)\.(\d+\.m\.[\w-]+)/.exec((await mailsFor(email)).map((m) => m.text).join('\n'));
  await expect.poll(mailed, { timeout: 60_000 }).toBeTruthy();
  const [, id, token] = (await mailed())!;
  const opened = await fetch(`${site}/api/enrolments/${id}`, { headers: { Authorization: `Bearer ${token}` } });
  expect(opened.ok).toBe(true);
}

export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
export const onward = (page: Page) => page.getByRole('button', { name: 'Continuer', exact: true }).click();

/** From the name to the check screen. */
export async function sayWho(page: Page, email: string, mode: Mode) {
  await expect(heading(page, 'Comment vous appelez-vous')).toBeVisible();
  await page.getByLabel('Prénom').fill('Jeanne');
  await page.getByLabel('Nom (obligatoire)', { exact: true }).fill('Le Goff');
  if (mode === 'dife') await page.getByLabel('Nom de naissance').fill('Martin');
  await onward(page);
  await expect(heading(page, 'Comment pouvons-nous vous joindre')).toBeVisible();
  await page.getByLabel('Adresse e-mail').fill(email);
  await page.getByLabel('Téléphone').fill('06 12 34 56 78');
  await onward(page);
  await expect(heading(page, 'Quel est votre mandat')).toBeVisible();
  await page.getByLabel('Adjoint ou adjointe').check();
  await onward(page);
  await expect(heading(page, 'Quelle est votre collectivité')).toBeVisible();
  await page.getByLabel('Nom de la collectivité').fill('Commune de Clisson');
  await onward(page);
  if (mode === 'collectivite') {
    await expect(heading(page, 'Qui suivra votre demande')).toBeVisible();
    await onward(page);
  }
  await expect(heading(page, 'Vérifiez vos réponses')).toBeVisible();
}

const labels: Record<Mode, string> = {
  dife: 'Avec mon DIFE',
  collectivite: 'Par ma collectivité',
  personnel: 'À titre personnel',
};

export async function choosePayment(page: Page, mode: Mode) {
  await expect(heading(page, 'Comment la formation sera-t-elle payée')).toBeVisible();
  await page.getByLabel(labels[mode]).check();
  await onward(page);
  if (mode !== 'dife') return;
  await expect(heading(page, 'Avez-vous déjà une identité numérique')).toBeVisible();
  await page.getByLabel('Oui, elle fonctionne').check();
  await onward(page);
  await page.getByRole('button', { name: 'Continuer avec le DIFE' }).click();
}

/** From the payment to the check screen of a session. */
export async function upToCheck(page: Page, site: string, sessionId: string, mode: Mode, email: string) {
  await page.goto(`${site}/inscription/financement/?session=${sessionId}`);
  await choosePayment(page, mode);
  await sayWho(page, email, mode);
  await page.getByLabel('J’accepte').check();
}

/** The product's present, in milliseconds: other journeys move it, by days when letters wait for a Monday. */
export async function clockOf(site: string): Promise<number> {
  const answer = await fetch(`${site}/_local/clock`);
  return Date.parse(((await answer.json()) as { now: string }).now);
}

/** Moves the product's clock: letters to an office wait for its opening hours. */
export async function laterBy(site: string, advance: string) {
  const answer = await fetch(`${site}/_local/clock`, { method: 'POST', body: JSON.stringify({ advance }) });
  expect(answer.ok).toBe(true);
}

/** Waits for what a mail brings. The product's clock moves only when nothing came for seconds, and letters wait for office hours:
 * each journey that moved it at once cost the later ones a session that was near. */
export async function arrived<T>(site: string, look: () => Promise<T>, step = '4h'): Promise<NonNullable<T>> {
  let found: T | undefined;
  let looks = 0;
  const once = async () => {
    found = await look();
    if (!found && ++looks >= 10 && looks % 3 === 1) await laterBy(site, step);
    return found;
  };
  await expect.poll(once, { intervals: [500], timeout: 120_000 }).toBeTruthy();
  return found!;
}

/** A session that a collectivité may pay, the one with most seats: many journeys take one of them each. */
async function roomy(site: string): Promise<Session> {
  const open = withSeats(await sessions(site)).filter((s) => s.funding.collectivite.open && s.funding.personnel.open);
  return open.reduce((most, s) => (s.seatsLeft > most.seatsLeft ? s : most));
}

/** A file paid by the collectivité, and the address of its contact's page, from the e-mail that the contact receives. */
export async function asked(site: string) {
  const email = someone();
  const contact = `sg.${email}`;
  const session = await roomy(site);
  const { link } = await enrolByAPI(site, session.id, 'personnel', email);
  const [, id, token] = /#([^.]+)\.(.+)$/.exec(link)!;
  await prove(site, email);
  const changed = await fetch(`${site}/api/enrolments/${id}/funding`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ mode: 'collectivite', authorityContact: { name: 'Secrétariat', email: contact } }),
  });
  expect(changed.status, await changed.text()).toBe(200);
  const letter = async () =>
    /https?:\/\/\S+\/papiers\/#[\w.-]+/.exec((await mailsFor(contact)).map((m) => m.text).join('\n'))?.[0];
  const here = (address: string) => address.replace(/^https?:\/\/[^/]+/, site);
  return { email, page: here(await arrived(site, letter)), file: here(link) };
}
