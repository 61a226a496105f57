import type { Page } from '@playwright/test';
import { looseSpaces, reflows, smallTargets, violations } from '../support/checks.js';
import { arrived, asked, heading, mailsFor, prove } from './support/product.js';
import { CLAIRE, publishes, signIn } from './support/team.js';
import { expect, test } from './support/test.js';

/** Waits for an e-mail to an address whose subject says so, moving the clock on. */
async function told(site: string, address: string, subject: RegExp) {
  await arrived(site, async () => (await mailsFor(address)).some((m) => subject.test(m.subject)), '1h');
}

const save = (page: Page, name: string) => page.getByRole('button', { name }).click();

for (const width of [360, 1280]) {
  test(`a mairie agrees, says where to invoice and returns the convention (${width} px)`, async ({
    page,
    site,
    allow,
  }) => {
    test.setTimeout(240_000);
    allow(/422/);
    await page.setViewportSize({ width, height: 740 });
    const at = await asked(site);
    await page.goto(at.page);
    await page.getByRole('link', { name: 'La réponse de la collectivité' }).click();
    await expect(heading(page, 'Quelle est la réponse')).toBeVisible();
    await save(page, 'Enregistrer la réponse');
    await expect(page.getByRole('alert')).toContainText('accord ou refus');
    await page.getByLabel('Accord', { exact: false }).check();
    await save(page, 'Enregistrer la réponse');
    await expect(page.getByText('la collectivité est d’accord')).toBeVisible();

    await page.getByRole('link', { name: 'La facturation' }).click();
    await page.getByLabel('Oui', { exact: false }).check();
    await page.getByLabel('Numéro SIRET de').fill('214 401 093 00016');
    await page.getByLabel('Adresse de facturation').fill('1 place de la Mairie, 44190 Clisson');
    await save(page, 'Enregistrer');
    await expect(page.getByRole('alert')).toContainText('mal recopié');
    await page.getByLabel('Numéro SIRET de').fill('214 401 093 00015');
    await page.waitForTimeout(1000); // a second tap within a second is swallowed
    await save(page, 'Enregistrer');
    await expect(page.getByText('ce qu’il faut pour la facture')).toBeVisible();

    await page.getByRole('link', { name: 'La convention à signer' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /Convention de formation/ }).click();
    expect((await download).suggestedFilename()).toMatch(/^convention-.*\.pdf$/);
    await save(page, 'Je l’ai signée et renvoyée');
    await expect(page.getByRole('link', { name: /La convention à signer Signée et renvoyée/ })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('link', { name: /La réponse de la collectivité Accord/ })).toBeVisible();

    await told(site, at.email, /a signé la convention/);
    await page.goto(at.file);
    await expect(page.getByText('Déclaré fait par votre collectivité').first()).toBeVisible();
  });
}

/** Accessible, nothing cut, French spaces: a state of the contact's page as it stands. */
async function sound(page: Page, name: string) {
  expect.soft(await violations(page), name).toEqual([]);
  expect.soft(await smallTargets(page, 44), name).toEqual([]);
  expect.soft(await looseSpaces(page), name).toEqual([]);
  const size = page.viewportSize()!;
  await reflows(page, name);
  await page.setViewportSize(size);
}

async function sign(page: Page) {
  await page.getByLabel('Vos prénom et nom').fill('Paul Martin');
  await page.getByLabel('Votre fonction').fill('adjoint aux finances');
  await page.getByLabel('Par délégation de signature').check();
  await page.getByLabel('Bon pour accord').check();
  await page.waitForTimeout(1000); // a second tap within a second is swallowed
  await save(page, 'Signer la convention');
  await expect(page.getByText('C’est signé. L’organisme doit signer')).toBeVisible();
}

for (const width of [360, 1280]) {
  test(`a mairie signs online, takes it back, signs again, and the organisation countersigns (${width} px)`, async ({
    page,
    site,
    allow,
  }) => {
    test.setTimeout(300_000);
    allow(/422/);
    await page.setViewportSize({ width, height: 740 });
    const at = await asked(site);
    await page.goto(at.page);
    await page.getByRole('link', { name: 'La convention à signer' }).click();
    await page.getByRole('link', { name: 'Lire et signer en ligne' }).waitFor();
    await sound(page, 'the two ways to sign');
    await page.getByRole('link', { name: 'Lire et signer en ligne' }).click();
    await expect(page.getByRole('heading', { name: 'Article 8. Différends' })).toBeVisible();
    await save(page, 'Signer la convention');
    await expect(page.getByRole('alert')).toContainText('à quel titre');
    await sound(page, 'the text to sign, and what is missing');
    await sign(page);
    await page.getByRole('link', { name: /Signée par vous, l’organisme doit signer/ }).click();
    await sound(page, 'signed by one side');
    await page.waitForTimeout(1000);
    await save(page, 'Reprendre ma signature');
    await expect(page.getByRole('link', { name: /La convention à signer À faire/ })).toBeVisible();
    await page.getByRole('link', { name: 'La convention à signer' }).click();
    await page.getByRole('link', { name: 'Lire et signer en ligne' }).click();
    await sign(page);

    await page.setViewportSize({ width: 1280, height: 800 });
    await signIn(page, site, CLAIRE);
    await heading(page, 'Aujourd’hui').waitFor();
    const id = /#([a-z0-9]+)\./.exec(at.page)![1]!;
    await page.goto(`${site}/equipe/#/dossiers/${id}`);
    await expect(page.getByText('Signée pour la collectivité par Paul Martin, adjoint aux finances')).toBeVisible();
    const download = page.waitForEvent('download');
    await save(page, 'Lire ce qui est signé (PDF)');
    expect((await download).suggestedFilename()).toMatch(/^convention-signee-/);
    await page.getByLabel('À faire').getByRole('button', { name: 'Contresigner la convention' }).click();
    await expect(page.getByText('Contresignée par Claire Gestion')).toBeVisible();

    // The signed convention goes to all three, once.
    await told(site, at.email, /^Convention signée/);
    await told(site, `sg.${at.email}`, /^Convention signée par les deux parties/);
    await page.setViewportSize({ width, height: 740 });
    await page.goto(at.page);
    await page.getByRole('link', { name: /Signée par les deux parties/ }).click();
    await expect(page.getByText('Pour revenir dessus avant la formation')).toBeVisible();
    await sound(page, 'signed by both');
    await page.goto(at.file);
    await expect(heading(page, 'Votre financement est réglé')).toBeVisible();
    await expect(page.locator('main')).toContainText('elle est signée par les deux parties');
    const once = async (to: string, subject: RegExp) =>
      expect.soft((await mailsFor(to)).filter((m) => subject.test(m.subject)).length, `to ${to}`).toBe(1);
    await once(at.email, /^Convention signée.: votre/);
    await once(`sg.${at.email}`, /^Convention signée par les deux parties/);
  });
}

/** Says every fault at once and where it is, and takes the reader to the first; what was typed stays. */
async function unsigned(page: Page, faults: Record<string, string>, kept: Record<string, string>) {
  await page.waitForTimeout(1000); // a second tap within a second is swallowed
  await save(page, 'Signer la convention');
  await expect(page.locator('.summary')).toBeFocused();
  await expect(page.locator('.summary li')).toHaveText(Object.values(faults));
  await expect(page).toHaveTitle(/^Erreur\s: /);
  for (const [field, words] of Object.entries(faults))
    await expect(page.locator(`#${field}-error`)).toContainText(words);
  await expect(page.locator('form .error')).toHaveCount(Object.keys(faults).length);
  for (const [field, value] of Object.entries(kept)) await expect(page.locator(`#${field}`)).toHaveValue(value);
  await page.locator('.summary a').first().click();
  const first = page.locator(`#${Object.keys(faults)[0]}`);
  await expect(first).toBeFocused();
  await expect(page.locator(`#${Object.keys(faults)[0]}-error`)).toBeInViewport();
}

/** Another payer, named by the élu on their own page: the papers are made again under another number. */
async function paidByAnother(site: string, at: Awaited<ReturnType<typeof asked>>, name: string) {
  const [, id, token] = /#([^.]+)\.(.+)$/.exec(at.file)!;
  const answer = await fetch(`${site}/api/enrolments/${id}/funding`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      mode: 'collectivite',
      authorityContact: { name: 'Secrétariat', email: `sg.${at.email}` },
      payer: { kind: 'intercommunalite', name },
    }),
  });
  expect(answer.status, await answer.text()).toBe(200);
}

for (const width of [360, 1280]) {
  test(`what a signature lacks is said by its field and nothing is sent; a convention that changed is read again (${width} px)`, async ({
    page,
    site,
    allow,
  }) => {
    test.setTimeout(240_000);
    allow(/Failed to load resource/); // the convention that changed
    await page.setViewportSize({ width, height: 740 });
    let sent = 0;
    page.on('request', (r) => {
      if (r.url().endsWith('/signature')) sent++;
    });
    const at = await asked(site);
    await page.goto(at.page);
    await page.getByRole('link', { name: 'La convention à signer' }).click();
    await page.getByRole('link', { name: 'Lire et signer en ligne' }).click();

    // The text is there to be read before the form, whole; and who may sign is said.
    const text = page.getByRole('region', { name: 'Texte de la convention' });
    await expect(text).toContainText('Commune de Clisson');
    for (const article of ['Article 1. Objet', 'Article 5. Prix et paiement', 'Article 8. Différends'])
      await expect(text.getByRole('heading', { name: article })).toBeVisible();
    expect(await page.locator('section.text ~ form').count()).toBe(1);
    await expect(page.getByRole('group', { name: 'À quel titre signez-vous' })).toContainText(
      'Un arrêté du maire, du président ou de la présidente vous permet de signer',
    );

    const faults = {
      name: 'Saisissez vos prénom et nom.',
      function: 'Saisissez votre fonction.',
      right: 'Dites à quel titre vous signez.',
      agreed: 'Cochez «\u00a0Bon pour accord\u00a0» pour signer.',
    };
    const { agreed, ...rest } = faults;
    await unsigned(page, faults, {});
    await sound(page, 'nothing said');
    await page.getByLabel('Votre fonction').fill('adjoint aux finances');
    await page.getByLabel('Bon pour accord').check();
    await page.getByLabel('Vos prénom et nom').fill('   ');
    await unsigned(page, { name: rest.name, right: rest.right }, { function: 'adjoint aux finances' });
    await expect(page.getByLabel('Bon pour accord')).toBeChecked();
    await page.getByLabel('Vos prénom et nom').fill('Paul Martin');
    await page.getByLabel('Votre fonction').fill('');
    await page.getByLabel('Par délégation de signature').check();
    await unsigned(page, { function: rest.function }, { name: 'Paul Martin' });
    await expect(page.getByLabel('Par délégation de signature')).toBeChecked();
    await page.getByLabel('Votre fonction').fill('adjoint aux finances');
    await page.getByLabel('Bon pour accord').uncheck();
    const typed = { name: 'Paul Martin', function: 'adjoint aux finances' };
    await unsigned(page, { agreed }, typed);
    await sound(page, 'not agreed to');
    expect(sent).toBe(0);

    // Somebody else is to pay, said while the mairie reads.
    await paidByAnother(site, at, 'Clisson Sèvre et Maine Agglo');
    await page.getByLabel('Bon pour accord').check();
    await page.waitForTimeout(1000); // a second tap within a second is swallowed
    await save(page, 'Signer la convention');
    await expect(page.locator('.summary')).toContainText('La convention a changé pendant que vous la lisiez');
    await expect(page.locator('.summary')).toBeFocused();
    await expect(text).toContainText('Clisson Sèvre et Maine Agglo');
    for (const [field, value] of Object.entries(typed)) await expect(page.locator(`#${field}`)).toHaveValue(value);
    await expect(page.getByLabel('Par délégation de signature')).toBeChecked();
    await expect(page.getByLabel('Bon pour accord')).not.toBeChecked(); // nobody has agreed to this text
    await sound(page, 'a convention that changed');
    await unsigned(page, { agreed }, typed);
    expect(sent).toBe(1);
    await page.getByLabel('Bon pour accord').check();
    await page.waitForTimeout(1000); // a second tap within a second is swallowed
    await save(page, 'Signer la convention');
    await expect(page.getByText('C’est signé. L’organisme doit signer')).toBeVisible();
    expect(sent).toBe(2);
  });
}

for (const width of [360, 1280]) {
  test(`a mairie refuses on a ground that the law does not admit: said gently, passed on, and can be undone (${width} px)`, async ({
    page,
    site,
    allow,
  }) => {
    test.setTimeout(240_000);
    allow(/Failed to load resource/);
    await page.setViewportSize({ width, height: 740 });
    const at = await asked(site);
    await page.goto(at.page);
    await page.getByRole('link', { name: 'La réponse de la collectivité' }).click();
    await page.getByLabel('Refus', { exact: false }).check();
    await page.getByLabel('Un autre motif').check();
    await expect(page.getByText('Elle n’admet pas de refus')).toBeVisible();
    await sound(page, 'what the law says of the ground');
    await save(page, 'Enregistrer la réponse');
    await expect(page.getByRole('alert')).toContainText('en quelques mots');
    await sound(page, 'a ground without words');
    await page.getByLabel('Le motif, en quelques mots').fill('Les crédits sont épuisés.');
    await save(page, 'Enregistrer la réponse');
    await expect(page.getByText('votre refus est transmis')).toBeVisible();
    for (const name of ['La facturation', 'La convention à signer'])
      await expect(page.getByRole('link', { name })).toHaveCount(0); // nothing else is awaited
    await sound(page, 'refused');
    await told(site, at.email, /refuse de payer/);
    await page.goto(at.file);
    await expect(page.getByText('« Les crédits sont épuisés. »')).toBeVisible();
    await expect(page.getByText('choisir une autre façon de payer, plus bas')).toBeVisible();
    await sound(page, 'the file of who is refused');

    await page.goto(at.page);
    await page.getByRole('link', { name: 'La réponse de la collectivité' }).click();
    await sound(page, 'a refusal that stands');
    await save(page, 'Reprendre ma réponse');
    await expect(page.getByRole('link', { name: /La réponse de la collectivité À faire/ })).toBeVisible();
    await sound(page, 'the answer taken back');
  });
}

test('a mairie passes the request on: the first link reads, the colleague answers, then wants no more mails', async ({
  page,
  site,
  allow,
}) => {
  test.setTimeout(240_000);
  allow(/422/);
  const at = await asked(site);
  await page.goto(at.page);
  await page.getByRole('link', { name: 'Transmettre la demande' }).click();
  await save(page, 'Transmettre la demande');
  await expect(page.getByRole('alert')).toContainText('Saisissez le nom');
  const colleague = `finances.${Date.now()}@exemple.fr`;
  await page.getByLabel('Nom de la personne').fill('Inès Faure');
  await page.getByLabel('Son adresse e-mail').fill(colleague);
  await page.waitForTimeout(1000); // a second tap within a second is swallowed
  await save(page, 'Transmettre la demande');
  await expect(page.getByText('nous écrivons à Inès Faure')).toBeVisible();
  await expect(page.getByText('permet seulement de la lire')).toBeVisible();
  await expect(page.getByRole('link', { name: 'La réponse de la collectivité' })).toHaveCount(0);

  await told(site, colleague, /devis, programme et convention/);
  await told(site, at.email, /a transmis votre demande/);
  const { text } = (await mailsFor(colleague))[0]!;
  const linked = (path: RegExp) => site + path.exec(text)![0];
  await page.goto(linked(/\/papiers\/#[\w.-]+/));
  await expect(page.getByText('Transmise par')).toBeVisible();
  await page.getByRole('link', { name: 'La réponse de la collectivité' }).click();
  await page.getByLabel('Accord', { exact: false }).check();
  await save(page, 'Enregistrer la réponse');
  await expect(page.getByText('la collectivité est d’accord')).toBeVisible();

  await page.goto(linked(/\/api\/enrolments\/\w+\/unsubscription\/[\w.-]+/));
  await save(page, 'Ne plus recevoir d’e-mails');
  await expect(heading(page, 'Nous ne vous écrirons plus')).toBeVisible();
  await page.goto(at.file);
  await expect(page.getByText('ne veut plus recevoir nos e-mails')).toBeVisible();
});

/** Six people of a council and their contact, typed from a session's page as far as the list to check; every state is sound. */
async function typesSix(page: Page, site: string, session: string, unique: number) {
  const address = (i: number) => `elu${i}.${unique}@exemple.fr`;
  await page.goto(`${site}/session/?id=${session}`);
  await page.getByRole('link', { name: 'Inscrire plusieurs élus' }).click();
  await expect(heading(page, 'Quels élus inscrivez-vous')).toBeVisible();
  await sound(page, 'an empty table of people');
  await page.getByLabel('Nom de la collectivité').fill('Commune de Clisson');
  await page.getByLabel('Votre nom').fill('Paul Martin');
  await page.getByLabel('Votre adresse e-mail').fill(`mairie.${unique}@exemple.fr`);
  for (let i = 0; i < 6; i++) {
    if (i > 1) await page.getByRole('button', { name: 'Ajouter une personne' }).click();
    const row = page.getByRole('group', { name: `Personne ${i + 1}` });
    await row.getByLabel('Prénom').fill('Anne');
    await row.getByLabel('Nom (', { exact: false }).last().fill(`Élue ${'ABCDEF'[i]}`);
    await row.getByLabel('Adresse e-mail').fill(address(i === 5 ? 4 : i));
    await row.getByLabel('Mandat').selectOption('adjoint');
  }
  await save(page, 'Continuer');
  await expect(page.getByRole('alert')).toContainText('déjà celle de la personne 5');
  await sound(page, 'an address typed twice');
  await page.getByRole('group', { name: 'Personne 6' }).getByLabel('Adresse e-mail').fill(address(5));
  await save(page, 'Continuer');
  await expect(heading(page, 'Vérifiez la liste')).toBeVisible();
  await sound(page, 'the list to check');
  await save(page, 'Inscrire ces 6 élus');
  await expect(page.getByRole('alert')).toContainText('Dites ce que deviennent ceux qui n’ont pas de place');
  await page.getByLabel('Tous ou personne').check();
  await page.getByLabel('Ces élus savent').check();
  await page.waitForTimeout(1000); // a second tap within a second is swallowed
  await save(page, 'Inscrire ces 6 élus');
  await expect(page.getByRole('alert')).toContainText('Il reste 4 places pour 6 personnes');
  await sound(page, 'too few seats for all');
  return address;
}

for (const width of [360, 1280]) {
  test(`a mairie enrols a council of six for four seats, and the rest waits (${width} px)`, async ({
    page,
    site,
    allow,
  }) => {
    test.setTimeout(300_000);
    allow(/Failed to load resource/);
    await page.setViewportSize({ width, height: 740 });
    const session = await publishes(page, site, 4);
    const unique = Date.now();
    const address = await typesSix(page, site, session, unique);
    await page.getByLabel('les autres attendent').check();
    await page.waitForTimeout(1000); // a second tap within a second is swallowed
    await save(page, 'Inscrire ces 6 élus');
    await expect(heading(page, 'Votre demande est enregistrée')).toBeVisible();
    await expect(page.getByText('4 places sont réservées, 2 personnes attendent')).toBeVisible();
    await sound(page, 'enrolled, the rest waits');
    await page.getByRole('link', { name: 'Ouvrir la page de la collectivité' }).click();
    await expect(page.getByText('Formation de 6')).toBeVisible();
    await expect(page.getByText('Anne Élue E : sur la liste d’attente')).toBeVisible();
    await sound(page, 'the page of a group, of whom two wait');

    // Each élu has their own mail; the contact's comes once one of them has confirmed.
    await told(site, address(0), /Votre place est réservée/);
    for (const i of [4, 5]) {
      await told(site, address(i), /Liste d’attente/);
      expect((await mailsFor(address(i))).map((m) => m.text).join('\n')).toContain(
        i === 4 ? 'en tête de la liste' : 'au rang 2 de la liste',
      );
    }
    expect(await mailsFor(`mairie.${unique}@exemple.fr`)).toHaveLength(0);
    await prove(site, address(0));
    await told(site, `mairie.${unique}@exemple.fr`, /Formation de 4.élus/);

    // One leaves: the next in line is offered the seat, and the papers are made again.
    const mail = (await mailsFor(address(1))).map((m) => m.text).join('\n');
    const [, id, token] = /\/dossier\/#([a-z0-9]+)\.(\d+\.m\.[\w-]+)/.exec(mail)!;
    await fetch(`${site}/api/enrolments/${id}/cancellation`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
    });
    await told(site, address(4), /place/i);
    await told(site, `mairie.${unique}@exemple.fr`, /Annule et remplace/);
    await page.reload();
    await expect(page.getByText('Formation de 5')).toBeVisible();
    await sound(page, 'the page of a group that somebody left');
  });
}

test('a mairie shortens its list to the four seats that are left, without typing it again (1280 px)', async ({
  page,
  site,
  allow,
}) => {
  test.setTimeout(240_000);
  allow(/Failed to load resource/);
  await page.setViewportSize({ width: 1280, height: 800 });
  const session = await publishes(page, site, 4);
  const unique = Date.now();
  const address = await typesSix(page, site, session, unique);
  await save(page, 'Modifier la liste');
  for (const i of [6, 2])
    await page
      .getByRole('group', { name: `Personne ${i}` })
      .getByRole('button', { name: 'Retirer' })
      .click();
  await expect(page.getByRole('group', { name: 'Personne 2' }).getByLabel('Adresse e-mail')).toHaveValue(address(2));
  await save(page, 'Continuer');
  await expect(page.getByText('Que faire')).toHaveCount(0);
  await page.waitForTimeout(1000); // a second tap within a second is swallowed
  await save(page, 'Inscrire ces 4 élus');
  await expect(heading(page, 'Vos élus sont inscrits')).toBeVisible();
  await expect(page.getByText('4 places sont réservées. Votre référence')).toBeVisible();
  await sound(page, 'all enrolled');
  for (const i of [0, 2, 3, 4]) await told(site, address(i), /Votre place est réservée/);
  for (const i of [1, 5]) expect(await mailsFor(address(i))).toHaveLength(0);
});
