import type { Mode } from '../../src/app/contract.js';
import {
  asked,
  choosePayment,
  enrolByAPI,
  heading,
  mailsFor,
  oneMailFor,
  prove,
  sayWho,
  sessionNamed,
  someone,
} from './support/product.js';
import { looseSpaces, violations } from '../support/checks.js';
import { expect, test } from './support/test.js';

const cases: [Mode, string, string][] = [
  ['dife', 'deontologie-printemps', 'Créer votre compte formation'],
  ['collectivite', 'urbanisme-tours', 'Demander l’accord de votre maire'],
  ['personnel', 'budget-nantes', 'Signer le contrat de formation'],
];

for (const [mode, start, firstStep] of cases) {
  test(`an élu enrols (${mode}), gets the e-mail, opens the file and ticks the first step`, async ({ page, site }) => {
    const email = someone();
    const session = await sessionNamed(site, start);
    await page.goto(site);
    await page.locator(`a[href="/session/?id=${session.id}"]`).click();
    await expect(heading(page, session.formation.title)).toBeVisible();
    await page.getByRole('link', { name: 'S’inscrire à cette session' }).click();
    await choosePayment(page, mode);
    await sayWho(page, email, mode);
    await page.getByLabel('J’accepte').check();
    await page.getByRole('button', { name: 'Réserver ma place' }).click();

    await expect(heading(page, 'Votre place est réservée')).toBeVisible();
    const reference = await page.locator('.reference').innerText();
    expect(reference).toMatch(/\S{6,}/);
    await expect(page).toHaveURL(/\/inscription\/fin\/$/);
    await page.reload();
    await expect(page.locator('.reference')).toHaveText(reference);

    const mail = await oneMailFor(email);
    expect(mail.text).toContain(reference);
    const link = /https?:\/\/\S+\/dossier\/#[\w.-]+/.exec(mail.text)?.[0];
    expect(link).toBeTruthy();

    await page.goto(link!.replace(/^https?:\/\/[^/]+/, site));
    await expect(page.locator('.reference')).toHaveText(reference);
    const step = page.locator('details.next');
    await expect(step).toContainText(firstStep);
    await step.locator('.actions button').click();
    await expect(page.getByText('C’est noté')).toBeVisible();
    await expect(page.locator('details.fold').first()).toContainText('Déclaré fait');
    await expect(page.locator('details.fold').first().locator('+ [role=status]')).toContainText('C’est noté');
    await expect(page.locator('details.next > summary')).toBeFocused();

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /Programme/ }).click();
    expect((await download).suggestedFilename()).toMatch(/^programme-.*\.pdf$/);
  });
}

test('another payer than the mandate’s collectivité is named in the form, and corrected in the file', async ({
  page,
  site,
}) => {
  const email = someone();
  const session = await sessionNamed(site, 'urbanisme-tours');
  await page.goto(`${site}/inscription/financement/?session=${session.id}`);
  await choosePayment(page, 'collectivite');
  await sayWho(page, email, 'collectivite');
  await page.getByRole('button', { name: 'Modifier collectivité' }).click();
  await page.getByText('Un autre organisme paie').click();
  await page.getByLabel('Son nom').fill('Brest métropole');
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Dites quel organisme paie');
  await page.getByLabel('Une intercommunalité').check();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await expect(page.locator('dl.answers')).toContainText('Brest métropole');
  await page.getByLabel('J’accepte').check();
  await page.getByRole('button', { name: 'Réserver ma place' }).click();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();

  const link = /https?:\/\/\S+\/dossier\/#[\w.-]+/.exec((await oneMailFor(email)).text)![0];
  await page.goto(link.replace(/^https?:\/\/[^/]+/, site));
  await expect(page.getByText('Organisme qui paie')).toContainText('Brest métropole');
  await page.getByRole('link', { name: 'Indiquer un contact' }).click();
  await expect(page.getByLabel('Son nom')).toHaveValue('Brest métropole');
  await page.getByLabel('Nom de la personne').fill('Service des assemblées');
  await page.getByLabel('Son adresse e-mail').fill(`payeur.${email}`);
  await page.getByLabel('Son nom').fill('');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('C’est enregistré')).toBeVisible();
  await expect(page.getByText('Organisme qui paie')).toBeHidden();
});

test('an élu changes the way to pay, then gives the seat back, from the file', async ({ page, site }) => {
  const email = someone();
  const session = await sessionNamed(site, 'budget-nantes');
  const { link } = await enrolByAPI(site, session.id, 'personnel', email);
  await page.goto(link.replace(/^https?:\/\/[^/]+/, site));
  await page.getByRole('link', { name: 'Changer de façon de payer' }).click();
  await page.getByLabel('Par ma collectivité').check();
  await page.getByLabel('Nom de la personne').fill('Secrétariat général');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByRole('alert')).toContainText('adresse e-mail');
  await page.getByLabel('Son adresse e-mail').fill('sg@mairie-exemple.fr');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('C’est enregistré')).toBeVisible();
  await expect(page.getByRole('button', { name: /Convention/ })).toBeVisible();

  await page.getByRole('link', { name: 'Rendre ma place' }).click();
  await expect(heading(page, 'Rendre votre place')).toBeVisible();
  await page.goBack();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await page.getByRole('link', { name: 'Rendre ma place' }).click();
  await expect(async () => {
    await page.getByRole('button', { name: 'Rendre ma place' }).click({ timeout: 2000 });
    await expect(heading(page, 'Cette inscription est annulée')).toBeVisible({ timeout: 3000 });
  }).toPass();
});

test('an élu who signed a contract withdraws from it in two taps, and is told when by e-mail', async ({
  page,
  site,
}) => {
  const email = someone();
  const session = await sessionNamed(site, 'budget-nantes');
  const { link } = await enrolByAPI(site, session.id, 'personnel', email);
  await page.goto(link.replace(/^https?:\/\/[^/]+/, site));
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Renoncer au contrat ici' })).toHaveCount(0);
  await page.getByRole('button', { name: 'J’ai signé le contrat' }).click();
  await expect(page.getByText('C’est noté')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Renoncer au contrat ici' })).toBeVisible();

  await page.getByRole('link', { name: 'Rendre ma place' }).click();
  await expect(page.getByText('Rendre la place ne l’annule pas')).toBeVisible();
  await page.getByRole('link', { name: 'Renoncer au contrat ici' }).click();
  await expect(heading(page, 'Renoncer au contrat')).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
  await expect(async () => {
    await page.getByRole('button', { name: 'Confirmer la rétractation' }).click({ timeout: 2000 });
    await expect(heading(page, 'Vous avez renoncé au contrat')).toBeVisible({ timeout: 3000 });
  }).toPass();
  await expect(page.getByRole('link', { name: 'Renoncer au contrat ici' })).toHaveCount(0);

  const received = async () => (await mailsFor(email)).find((m) => m.subject.includes('Accusé de réception'));
  await expect.poll(received, { timeout: 60_000 }).toBeTruthy();
  expect((await received())!.text).toMatch(/Reçue le\s: .*\d{4} à\s\d+\sh.*\(heure de Paris\)/);
});

test('a contract signed before another way of paying is withdrawn from, and the seat stays; going back signs again', async ({
  page,
  site,
}) => {
  test.setTimeout(120_000);
  const email = someone();
  const session = await sessionNamed(site, 'budget-nantes');
  const { link } = await enrolByAPI(site, session.id, 'personnel', email);
  const payBy = async (mode: string) => {
    await page.getByRole('link', { name: 'Changer de façon de payer' }).click();
    await page.getByLabel(mode).check();
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await expect(page.getByText('C’est enregistré')).toBeVisible();
  };
  await page.goto(link.replace(/^https?:\/\/[^/]+/, site));
  await page.getByRole('button', { name: 'J’ai signé le contrat' }).click();
  await expect(page.getByText('C’est noté')).toBeVisible();
  await payBy('Par ma collectivité');
  await expect(page.getByText('et il vaut toujours')).toBeVisible();
  expect(await looseSpaces(page)).toEqual([]);
  await page.getByRole('link', { name: 'Renoncer au contrat ici' }).click();
  await expect(page.getByText('Votre inscription ne change pas')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Confirmer la rétractation' }).click();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await expect(page.getByText('Vous avez renoncé au contrat')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Renoncer au contrat ici' })).toHaveCount(0);
  const received = async () => (await mailsFor(email)).find((m) => m.subject.includes('Accusé de réception'));
  await expect.poll(received, { timeout: 60_000 }).toBeTruthy();
  expect((await received())!.text).toMatch(/Votre place est gardée\s: vous payez maintenant par votre collectivité/);

  await payBy('À titre personnel');
  await page.getByRole('button', { name: 'J’ai signé le contrat' }).click();
  await expect(page.getByRole('link', { name: 'Renoncer au contrat ici' })).toBeVisible();
  await expect(page.getByText('Vous avez renoncé au contrat')).toHaveCount(0);
});

test('the collectivité’s contact opens the papers without an account', async ({ page, site }) => {
  test.setTimeout(180_000);
  await page.goto((await asked(site)).page);
  await expect(page.getByText('Formation de Alix Martin,')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /Devis/ }).click();
  expect((await download).suggestedFilename()).toMatch(/^devis-.*\.pdf$/);
});

test('a lost link is sent again, and the answer reveals nothing', async ({ page, site }) => {
  await page.goto(`${site}/lien-perdu/`);
  await page.getByRole('button', { name: 'Recevoir mon lien' }).click();
  await expect(page.getByRole('alert')).toContainText('Saisissez votre adresse e-mail');
  await expect(page).toHaveTitle(/^Erreur/);
  await page.getByLabel('L’adresse e-mail').fill(someone());
  await expect(async () => {
    await page.getByRole('button', { name: 'Recevoir mon lien' }).click({ timeout: 2000 });
    await expect(heading(page, 'Regardez vos e-mails')).toBeVisible({ timeout: 5000 });
  }).toPass();
});

test('one’s own address is corrected: the new one confirms, the old one is told, its link opens nothing more', async ({
  page,
  site,
  allow,
}) => {
  allow(/401/); // the old link
  const [old, fresh] = [someone(), someone()];
  const { link } = await enrolByAPI(site, (await sessionNamed(site, 'budget-nantes')).id, 'personnel', old);
  await page.goto(link);
  await page.getByRole('link', { name: 'Mes données' }).click();
  await expect(page.getByRole('link', { name: 'Corriger mon téléphone' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Corriger mon adresse e-mail' })).toHaveCount(0); // not proved yet
  await prove(site, old);
  await page.reload();
  await page.getByRole('link', { name: 'Corriger mon adresse e-mail' }).click();
  await expect(heading(page, 'Corriger mon adresse e-mail')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Recevoir le lien à cette adresse' }).click();
  await expect(page.getByRole('alert')).toContainText('Saisissez votre nouvelle adresse e-mail.');
  await page.getByLabel('Nouvelle adresse e-mail').fill(`Jeanne <${fresh}>`);
  await page.getByRole('button', { name: 'Recevoir le lien à cette adresse' }).click();
  await expect(page.getByText('C’est noté : ouvrez le lien')).toBeVisible();
  await expect(page.getByText(`Un e-mail est parti à ${fresh}`)).toBeVisible();
  await expect(page.locator('dl')).toContainText(old);
  const confirming = /\/dossier\/#[a-z0-9]+\.\d+\.e\.[\w-]+/;
  const { text } = await oneMailFor(fresh);
  await page.goto(site + confirming.exec(text)![0]);
  await expect(heading(page, 'Confirmer votre nouvelle adresse ?')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  expect(await looseSpaces(page)).toEqual([]);
  await page.getByRole('button', { name: 'Confirmer cette adresse' }).click();
  await expect(page.getByText('C’est fait : votre nouvelle adresse est confirmée.')).toBeVisible();
  await page.getByRole('link', { name: 'Mes données' }).click();
  await expect(page.locator('dl')).toContainText(fresh);
  await expect
    .poll(async () => (await mailsFor(old)).some((m) => m.subject.includes('adresse a été changée')))
    .toBe(true);
  await page.goto('about:blank');
  await page.goto(link);
  await expect(heading(page, 'Ce lien n’ouvre plus de dossier')).toBeVisible();
});

test('the telephone of one’s own file is corrected, refused when it is none, and taken away', async ({
  page,
  site,
}) => {
  const { link } = await enrolByAPI(site, (await sessionNamed(site, 'budget-nantes')).id);
  await page.goto(link);
  await page.getByRole('link', { name: 'Mes données' }).click();
  await page.getByRole('link', { name: 'Corriger mon téléphone' }).click();
  await expect(heading(page, 'Corriger mon téléphone')).toBeVisible();
  await page.getByLabel('Téléphone').fill('06 12');
  await page.getByRole('button', { name: 'Enregistrer ce numéro' }).click();
  await expect(page.getByRole('alert')).toContainText('Saisissez un numéro de téléphone complet');
  await page.getByLabel('Téléphone').fill('\u202a06 12 34 56 78\u202c');
  await page.getByRole('button', { name: 'Enregistrer ce numéro' }).click();
  await expect(page.getByText('C’est enregistré : votre téléphone est corrigé.')).toBeVisible();
  await page.getByRole('link', { name: 'Mes données' }).click();
  await expect(page.getByText(/6 ?12 ?34 ?56 ?78/)).toBeVisible();
  await page.getByRole('link', { name: 'Corriger mon téléphone' }).click();
  await page.getByLabel('Téléphone').fill('');
  await page.getByRole('button', { name: 'Enregistrer ce numéro' }).click();
  await expect(page.getByText('C’est fait : nous n’avons plus votre téléphone.')).toBeVisible();
});
