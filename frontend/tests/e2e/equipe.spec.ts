// The organisation's pages, by the people who use them, through the local issuer.
import type { Page } from '@playwright/test';
import { heading, mailsFor, sessions } from './support/product.js';
import { CLAIRE, declares, DIANE, enrolled, LUC, newName, PAUL, signIn } from './support/team.js';
import { check } from './support/team-screens.js';
import { expect, test } from './support/test.js';

test.use({ viewport: { width: 1280, height: 800 } });

/** The browser names each refused request. */
const refused = /Failed to load resource/;

const line = (page: Page, name: string) => page.locator('.lines > li').filter({ hasText: name });
const done = (page: Page) => page.locator('#fait');
const search = (page: Page) => page.getByRole('combobox', { name: 'Trouver une personne' });

/** The soonest session open to a way of paying, and with room. */
async function soonest(site: string, mode: 'dife' | 'collectivite' | 'personnel', but = '') {
  const found = (await sessions(site)).find((s) => s.funding[mode].open && s.seatsLeft > 3 && s.id !== but);
  expect(found).toBeTruthy();
  return found!;
}

/** The session with the most room, for who needs no deadline near. */
async function roomy(site: string) {
  const open = (await sessions(site)).filter((s) => s.funding.personnel.open);
  return open.sort((a, b) => b.seatsLeft - a.seatsLeft)[0]!;
}

/** Waits until the pages list what somebody has just done on their own page. */
async function untilListed(page: Page, name: string) {
  await expect(async () => {
    await page.getByRole('link', { name: 'Sessions', exact: true }).click();
    await page.getByRole('link', { name: 'Aujourd’hui', exact: true }).click();
    await expect(line(page, name)).toBeVisible({ timeout: 3000 });
  }).toPass();
}

test('a morning: three duties settled, a call found by half a name, an enrolment by telephone, a move', async ({
  page,
  site,
  allow,
}) => {
  allow(refused);
  const near = await soonest(site, 'collectivite');
  const dife = await soonest(site, 'dife');
  const [asks, owes, puts] = [newName('Ndiaye'), newName('Le Goff'), newName('Étienne')];
  const first = await enrolled(site, dife.id, 'dife', asks, '06 12 34 56 78');
  for (const step of ['compte', 'identite', 'dossier']) await declares(site, first, step);
  const second = await enrolled(site, near.id, 'collectivite', owes, '+33 2 40 12 34 56');
  const third = await enrolled(site, near.id, 'collectivite', puts);

  await signIn(page, site, CLAIRE);
  await expect(heading(page, 'Aujourd’hui')).toBeVisible();
  for (const file of [first, second, third]) await untilListed(page, file.name);

  // One is answered, one is received and taken back, one waits for tomorrow with a reason.
  await expect(line(page, first.name).getByRole('link', { name: /06.12.34.56.78/ })).toHaveAttribute(
    'href',
    'tel:+33612345678',
  );
  await line(page, first.name).getByRole('button', { name: 'Proposition envoyée' }).click();
  await expect(done(page)).toContainText(first.name);
  await expect(done(page)).toBeFocused();
  await expect(line(page, first.name)).toHaveCount(0);

  await line(page, second.name).getByRole('button', { name: 'Convention reçue' }).click();
  await expect(line(page, second.name)).toHaveCount(0);
  await done(page).getByRole('button', { name: 'Annuler ce geste' }).click();
  await expect(done(page)).toContainText('annulé');
  await untilListed(page, second.name);
  await line(page, second.name).getByRole('button', { name: 'Convention reçue' }).click();
  await expect(line(page, second.name)).toHaveCount(0);

  await line(page, third.name).getByRole('button', { name: 'Reporter' }).click();
  await page.getByRole('button', { name: 'Reporter', exact: true }).last().click();
  await expect(page.locator('.summary')).toContainText('Dites pourquoi');
  await expect(page).toHaveTitle(/^Erreur\u00a0: Aujourd’hui/);
  await page.getByLabel('Motif (obligatoire)').fill('Le secrétariat rouvre demain.');
  await page.locator('form.act').getByRole('button', { name: 'Reporter' }).click();
  await expect(line(page, third.name)).toHaveCount(0);
  await expect(page).toHaveTitle(/^Aujourd’hui/);

  // Somebody telephones and says half a name.
  await page.keyboard.press('Control+k');
  await page.keyboard.type(puts.slice(0, -2).toLowerCase().replace('é', 'e'));
  await expect(page.getByRole('option', { name: third.name })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(heading(page, third.name)).toBeVisible();
  await expect(page.getByText('Le secrétariat rouvre demain.')).toBeVisible();

  // They come to another session.
  const other = await soonest(site, 'collectivite', near.id);
  await page.getByRole('button', { name: 'Changer de session' }).click();
  await page.getByLabel('Nouvelle session').selectOption(other.id);
  await page.getByLabel('Motif').fill('Empêchée ce jour-là');
  await page.locator('form.act').getByRole('button', { name: 'Changer de session' }).click();
  await expect(done(page)).toContainText('La session est changée');
  await expect(page.locator('.facts')).toContainText(other.formation.title);
  await expect(page.locator('.timeline')).toContainText('Empêchée ce jour-là');

  // Somebody else enrols by telephone, and later tries again.
  const caller = newName('Quéméneur');
  const email = `${caller.toLowerCase().replace(/é/g, 'e')}@mairie-exemple.fr`;
  for (const again of [false, true]) {
    await page.getByRole('link', { name: 'Inscrire', exact: true }).click();
    await expect(heading(page, 'Inscrire une personne')).toBeVisible();
    await page.getByLabel('Session (obligatoire)').selectOption(other.id);
    await page.getByLabel('À titre personnel').check();
    await page.getByLabel('Prénom').fill('Maël');
    await page.getByLabel('Nom (obligatoire)', { exact: true }).fill(caller);
    await page.getByLabel('Adresse e-mail').fill(email);
    await page.getByLabel('Téléphone').fill('06 98 76 54 32');
    await page.getByLabel('Mandat').selectOption('maire');
    await page.getByLabel('Collectivité (obligatoire)').fill('Commune de Rezé');
    await page.getByRole('button', { name: 'Inscrire', exact: true }).click();
    if (!again) await expect(heading(page, `Maël ${caller}`)).toBeVisible();
  }
  await expect(page.locator('#deja')).toBeFocused();
  await page.getByRole('link', { name: 'Ouvrir son dossier' }).click();
  await expect(heading(page, `Maël ${caller}`)).toBeVisible();
  await expect(page.locator('.timeline')).toContainText('Par téléphone');
  await expect.poll(async () => (await mailsFor(email)).length, { timeout: 60_000 }).toBe(1);
});

/** The answers to acts on files, once, as the gateway gives them for a token that is over. */
async function tokenEnds(page: Page, method: string) {
  let once = true;
  await page.route('**/api/staff/files/*/**', (route) => {
    if (!once || route.request().method() !== method) return route.fallback();
    once = false;
    return route.fulfill({ status: 401, contentType: 'application/json', body: '{"message":"Unauthorized"}' });
  });
}

/** Opens somebody's file by the search. */
async function openFile(page: Page, name: string) {
  const found = page.getByRole('option', { name });
  await expect(async () => {
    await search(page).fill('');
    await search(page).fill(name); // the words of who has just enrolled may take a moment
    await expect(found).toBeVisible({ timeout: 3000 });
  }).toPass();
  await found.click();
  await expect(heading(page, name)).toBeVisible();
}

async function writeNote(page: Page, text: string) {
  await page.getByRole('button', { name: 'Écrire une note' }).click();
  await page.getByLabel('Note (obligatoire)').fill(text);
  await page.getByRole('button', { name: 'Garder la note' }).click();
}

test('a token that ends while somebody types: signed in again in silence, and what was typed is sent once', async ({
  page,
  site,
  allow,
}) => {
  allow(refused);
  const file = await enrolled(site, (await roomy(site)).id, 'personnel', newName('Jeton'));
  await signIn(page, site, CLAIRE);
  await openFile(page, file.name);
  await tokenEnds(page, 'PUT');
  await page.getByRole('button', { name: 'Corriger le nom' }).click();
  await page.locator('#phone').fill('02 40 55 66 77');
  await page.getByRole('button', { name: 'Corriger', exact: true }).click();
  await expect(done(page)).toContainText('vous voilà reconnecté');
  await expect(page).toHaveURL(new RegExp(`/equipe/#/dossiers/${file.id}`));
  await expect(page.getByRole('link', { name: /02.40.55.66.77/ })).toBeVisible();
  await expect(page.locator('.timeline li', { hasText: 'Coordonnées corrigées' })).toHaveCount(1);
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
});

test('a session that is over at the issuer too: said so, what was typed is kept, and sent after signing in', async ({
  page,
  site,
  allow,
  context,
}) => {
  allow(refused);
  const file = await enrolled(site, (await roomy(site)).id, 'personnel', newName('Minuit'));
  await signIn(page, site, CLAIRE);
  await openFile(page, file.name);
  await tokenEnds(page, 'POST');
  await context.clearCookies();
  await writeNote(page, 'Rappeler mardi, elle voit le maire lundi.');
  await expect(heading(page, 'Votre session est terminée')).toBeVisible();
  await page.getByRole('button', { name: 'Me connecter' }).click();
  await page.getByRole('button', { name: CLAIRE }).click();
  await expect(done(page)).toContainText('La note est gardée');
  await expect(page.locator('.timeline .note')).toContainText('Rappeler mardi');
});

test('a session that ends while somebody types, nothing sent yet: said on the spot, and what is typed comes back', async ({
  page,
  site,
  allow,
}) => {
  allow(refused);
  const file = await enrolled(site, (await soonest(site, 'collectivite')).id, 'collectivite', newName('Pause'));
  await signIn(page, site, CLAIRE);
  await untilListed(page, file.name);
  await line(page, file.name).getByRole('button', { name: 'Reporter' }).click();
  const reason = page.getByLabel('Motif (obligatoire)');
  await reason.fill('Le secrétariat est fermé le lundi.');
  let over = true;
  await page.route('**/api/staff/duties*', (route) => {
    if (!over) return route.fallback();
    over = false;
    return route.fulfill({ status: 401, contentType: 'application/json', body: '{"message":"Unauthorized"}' });
  });
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))); // the list is read again at once
  await expect(page.getByText('Votre session est terminée')).toBeVisible();
  await expect(reason).toHaveValue('Le secrétariat est fermé le lundi.');
  await page.getByRole('button', { name: 'Me reconnecter' }).click();
  await expect(page.getByText('Votre session est terminée')).toHaveCount(0);
  await expect(reason).toHaveValue('Le secrétariat est fermé le lundi.');
  await page.locator('form.act').getByRole('button', { name: 'Reporter' }).click();
  await expect(done(page)).toContainText('Reporté');
});

test('what is late comes first, and says so in words', async ({ page, site }) => {
  const session = await soonest(site, 'collectivite');
  const soon = await enrolled(site, session.id, 'collectivite', newName('Bientôt'));
  const late = await enrolled(site, session.id, 'collectivite', newName('Retard'));
  await signIn(page, site, CLAIRE);
  for (const file of [soon, late]) await untilListed(page, file.name);
  // The hour of one line only: the product's clock is everybody's.
  await page.route('**/api/staff/duties*', async (route) => {
    const answer = await route.fetch();
    const list = (await answer.json()) as { duties: { late: boolean; file?: { name: string } }[] };
    for (const d of list.duties) d.late = d.file?.name === late.name;
    await route.fulfill({ response: answer, json: list });
  });
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await page.getByRole('link', { name: 'Aujourd’hui', exact: true }).click();
  const first = page.locator('section.group').first();
  await expect(first.getByRole('heading')).toContainText('En retard');
  await expect(first.locator('.lines > li')).toHaveCount(1);
  await expect(first).toContainText(late.name);
  await expect(first).toContainText('À faire avant le');
  await expect(page.getByText('dont 1 en retard')).toBeVisible();
  await line(page, late.name).getByRole('button', { name: 'Reporter' }).click();
  await expect(page.locator('form.act')).toContainText('ne change pas la date limite');
  await check(page, 'a late duty');
});

test('what one person typed is never sent in the name of another', async ({ page, site, allow, context }) => {
  allow(refused);
  const file = await enrolled(site, (await roomy(site)).id, 'personnel', newName('Partage'));
  await signIn(page, site, CLAIRE);
  await openFile(page, file.name);
  await tokenEnds(page, 'POST');
  await context.clearCookies();
  await writeNote(page, 'Écrit par Claire.');
  await expect(heading(page, 'Votre session est terminée')).toBeVisible();
  await page.getByRole('button', { name: 'Me connecter' }).click();
  await page.getByRole('button', { name: LUC }).click();
  await expect(done(page)).toContainText('n’a pas été envoyé');
  await expect(heading(page, file.name)).toBeVisible();
  await expect(page.locator('.timeline .note')).toHaveCount(0);
});

test('signing out ends the session at the issuer, and nothing of it stays', async ({ page, site }) => {
  await signIn(page, site, CLAIRE);
  await expect(heading(page, 'Aujourd’hui')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Aujourd’hui')).toBeVisible(); // in silence
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await expect(heading(page, 'Bonjour')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Bonjour')).toBeVisible();
  expect(await page.evaluate(() => [...Object.keys(sessionStorage), ...Object.keys(localStorage)])).toEqual([]);
});

test('somebody who is not of the team; then of it, changed of role in mid-work, and taken out', async ({
  page,
  site,
  allow,
  browser,
}) => {
  allow(refused);
  const file = await enrolled(site, (await roomy(site)).id, 'personnel', newName('Rôle'));
  await signIn(page, site, PAUL);
  await expect(heading(page, 'Votre adresse n’est pas dans l’équipe')).toBeVisible();

  const diane = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await signIn(diane, site, DIANE);
  await diane.getByRole('link', { name: 'Équipe', exact: true }).click();
  const invite = async (role: RegExp) => {
    await diane.getByLabel('Adresse e-mail').fill('personne@exemple.fr');
    for (const box of await diane.getByRole('checkbox').all()) await box.uncheck();
    await diane.getByRole('checkbox', { name: role }).check();
    // What is said is the same the second time: the answer tells when it is so.
    const answered = diane.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/team'));
    await diane.getByRole('button', { name: 'Ajouter' }).click();
    expect((await answered).status()).toBeLessThan(300);
    await expect(done(diane)).toContainText('est dans l’équipe');
  };
  await invite(/Gestion/);

  await page.goto(`${site}/equipe/`);
  await expect(heading(page, 'Aujourd’hui')).toBeVisible();
  await openFile(page, file.name);
  await invite(/Lecture/);
  await page.getByRole('button', { name: 'Noter fait' }).first().click();
  await expect(done(page)).toContainText('Votre rôle ne permet pas cette action');
  await expect(page.getByRole('button', { name: 'Noter fait' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Inscrire', exact: true })).toHaveCount(0);

  const paul = diane.locator('tr', { hasText: 'personne@exemple.fr' });
  await paul.getByRole('button', { name: 'Retirer' }).click();
  await paul.getByRole('button', { name: 'Retirer', exact: false }).first().click();
  await expect(done(diane)).toContainText('n’est plus de l’équipe');
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await expect(heading(page, 'Votre accès a été retiré')).toBeVisible();
  await diane.getByRole('link', { name: 'Journal', exact: true }).click();
  await expect(diane.getByRole('cell', { name: 'Équipe modifiée' }).first()).toBeVisible();
  await diane.context().close();
});

test('lecture sees everything and is offered no act', async ({ page, site }) => {
  const session = await roomy(site);
  const file = await enrolled(site, session.id, 'personnel', newName('Lire'));
  await signIn(page, site, LUC);
  await openFile(page, file.name);
  await expect(page.getByText('Que lui dire maintenant')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Que faire' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /Noter fait|Reporter/ })).toHaveCount(0);
  await page.goto(`${site}/equipe/#/sessions/${session.id}`);
  await expect(page.getByRole('row', { name: file.name })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Donner une place' })).toHaveCount(0);
});

test('two people on one file: the second sees what changed, what they typed stays, nothing is overwritten', async ({
  page,
  site,
  allow,
  browser,
}) => {
  allow(refused);
  const file = await enrolled(site, (await roomy(site)).id, 'personnel', newName('Deux'));
  await signIn(page, site, CLAIRE);
  await openFile(page, file.name);
  const other = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await signIn(other, site, CLAIRE);
  await openFile(other, file.name);

  await page.getByRole('button', { name: 'Corriger le nom' }).click();
  await page.getByLabel('Prénom').fill('Éva');
  await other.getByRole('button', { name: 'Noter fait' }).first().click();
  await expect(done(other)).toContainText('Noté fait');

  await page.getByRole('button', { name: 'Corriger', exact: true }).click();
  await expect(page.locator('#change')).toBeFocused();
  await expect(page.locator('#change')).toContainText('Étape cochée');
  await expect(page.locator('#change')).toContainText(CLAIRE);
  await expect(page.getByLabel('Prénom')).toHaveValue('Éva');
  await page.getByRole('button', { name: 'Corriger', exact: true }).click();
  await expect(heading(page, file.name.replace('Awa', 'Éva'))).toBeVisible();
  await expect(page.locator('.step', { hasText: 'contrat' })).toContainText('noté par l’équipe');
  await other.context().close();
});

test('a list is fresh within half a minute, and keeps the place of who reads it', async ({ page, site }) => {
  test.slow();
  const session = await roomy(site);
  const there = await enrolled(site, session.id, 'personnel', newName('Avant'));
  await signIn(page, site, CLAIRE);
  await expect(heading(page, 'Aujourd’hui')).toBeVisible();
  await page.goto(`${site}/equipe/#/sessions/${session.id}`);
  await expect(page.getByRole('row', { name: there.name })).toBeVisible();
  await page.getByLabel('Filtrer').fill('clisson');
  const link = page.getByRole('link', { name: there.name });
  await link.focus();
  const later = await enrolled(site, session.id, 'personnel', newName('Après'));
  await expect(page.getByRole('row', { name: later.name })).toBeVisible({ timeout: 30_000 });
  await expect(link).toBeFocused();
  await expect(page.getByLabel('Filtrer')).toHaveValue('clisson');
});

test('by the keyboard alone: sign in, settle, find, and write', async ({ page, site }) => {
  const [session, stem] = [await roomy(site), newName('Clavier')];
  for (const end of ['a', 'b']) await enrolled(site, session.id, 'personnel', stem + end);
  const tabTo = async (selector: string, text = '') => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      const there = await page.evaluate(
        ([s, t]) => document.activeElement?.matches(s!) && document.activeElement.textContent?.includes(t!),
        [selector, text],
      );
      if (there) return;
    }
    throw new Error(`the keyboard never reaches ${selector}`);
  };
  await page.goto(`${site}/equipe/`);
  await heading(page, 'Bonjour').waitFor();
  await tabTo('main .button');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: CLAIRE }).focus();
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Aujourd’hui')).toBeVisible();
  await page.keyboard.press('Control+k');
  const options = page.locator('#trouves [role=option]');
  await expect(async () => {
    await page.keyboard.press('Escape'); // what is typed goes, and the words of who has just enrolled may take a moment
    await page.keyboard.type(stem);
    await expect(options).toHaveCount(2, { timeout: 2000 });
  }).toPass();
  const chosen = (n: number) => expect(options.nth(n)).toHaveAttribute('aria-selected', 'true');
  const second = (await options.nth(1).locator('.name').textContent())!;
  for (const [key, n] of [
    ['ArrowDown', 1],
    ['ArrowDown', 0], // round again
    ['ArrowUp', 1],
  ] as const) {
    await page.keyboard.press(key);
    await chosen(n);
  }
  await page.keyboard.press('Enter');
  await expect(heading(page, second)).toBeFocused();
  await tabTo('.rows button', 'Écrire une note');
  await page.keyboard.press('Enter');
  await expect(page.locator('form.act > h2')).toBeFocused();
  await tabTo('#text');
  await page.keyboard.type('Appelée, tout va bien.');
  await tabTo('form.act .button');
  await page.keyboard.press('Enter');
  await expect(done(page)).toBeFocused();
  await expect(page.locator('.timeline .note')).toContainText('tout va bien');
});

test('enrolled by telephone, with what they need and who pays instead of their collectivité', async ({
  page,
  site,
  allow,
}) => {
  allow(refused);
  const session = await soonest(site, 'collectivite');
  const name = newName('Payeur');
  await signIn(page, site, CLAIRE);
  await page.getByRole('link', { name: 'Inscrire', exact: true }).click();
  await page.getByLabel('Session (obligatoire)').selectOption(session.id);
  await page.getByLabel('Collectivité', { exact: true }).check();
  await page.getByLabel('Prénom').fill('Maël');
  await page.getByLabel('Nom (obligatoire)', { exact: true }).fill(name);
  await page.getByLabel('Adresse e-mail (obligatoire)').fill(`${name.toLowerCase()}@mairie-exemple.fr`);
  await page.getByLabel('Mandat').selectOption('maire');
  await page.getByLabel('Collectivité (obligatoire)').fill('Commune de Guipavas');
  await page.getByLabel('Un besoin particulier').fill('Une place près de la porte');
  await page.getByText('Un autre organisme paie').click();
  await page.getByLabel('Son nom').fill('Brest métropole');
  await page.getByRole('button', { name: 'Inscrire', exact: true }).click();
  await expect(page.locator('.summary')).toBeFocused();
  await expect(page.locator('.summary')).toContainText('Dites quel organisme paie');
  await check(page, 'enrolling, another payer');
  await page.getByLabel('Une intercommunalité').check();
  await page.getByRole('button', { name: 'Inscrire', exact: true }).click();
  await expect(heading(page, `Maël ${name}`)).toBeVisible();
  await expect(page.locator('.facts')).toContainText('Brest métropole');
  await expect(page.locator('.facts')).toContainText('Une place près de la porte');
});

test('the screens of the direction: accessible in light and dark, nothing cut at 320 px, French typography', async ({
  page,
  site,
}) => {
  await signIn(page, site, DIANE);
  await expect(heading(page, 'Aujourd’hui')).toBeVisible();
  for (const name of ['Équipe', 'Journal', 'Sessions']) {
    await page.getByRole('link', { name, exact: true }).click();
    await expect(heading(page, name)).toBeVisible();
    await expect(page.locator('table.dense')).toBeVisible();
    await check(page, name);
  }
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await expect(heading(page, 'Bonjour')).toBeVisible();
  await check(page, 'signed out');
});

test('the lists of the day: accessible in light and dark, nothing cut at 320 px, French typography', async ({
  page,
  site,
}) => {
  const session = await soonest(site, 'collectivite');
  const file = await enrolled(site, session.id, 'collectivite', newName('Écran'), '06 12 34 56 78');
  await signIn(page, site, CLAIRE);
  await untilListed(page, file.name);
  await line(page, file.name).getByRole('button', { name: 'Reporter' }).click();
  await check(page, 'today, putting off');
  await search(page).fill(file.name);
  await expect(page.locator('#trouves [role=option]')).toHaveCount(1);
  await check(page, 'the search, open');
  await page.goto(`${site}/equipe/#/sessions/${session.id}`);
  await expect(page.getByRole('row', { name: file.name })).toBeVisible();
  await check(page, 'one session');
});

test('one file and its forms: accessible in light and dark, nothing cut at 320 px, French typography', async ({
  page,
  site,
  allow,
}) => {
  allow(refused);
  const file = await enrolled(site, (await roomy(site)).id, 'personnel', newName('Forme'));
  await signIn(page, site, CLAIRE);
  await openFile(page, file.name);
  await check(page, 'one file');
  for (const act of ['Corriger le nom', 'Changer de session', 'Annuler l’inscription']) {
    await page.getByRole('button', { name: act }).click();
    await expect(page.locator('form.act')).toBeVisible();
    await check(page, act);
  }
  await page.getByRole('link', { name: 'Inscrire', exact: true }).click();
  await page.getByLabel('Collectivité', { exact: true }).check();
  await page.getByRole('button', { name: 'Inscrire', exact: true }).click();
  await expect(page.locator('.summary')).toBeFocused();
  await expect(page.locator('.summary a')).toHaveText([
    'Choisissez une session.',
    'Saisissez le prénom.',
    'Saisissez le nom.',
    'Saisissez l’adresse e-mail.',
    'Choisissez le mandat.',
    'Saisissez le nom de la collectivité.',
  ]); // as the page has them, in words for who types for somebody else
  await check(page, 'enrolling, with errors');
});
