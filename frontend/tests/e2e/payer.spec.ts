// Another organisation pays than the mandate's collectivité: the team says so on a file, and what is addressed to who pays follows.
import type { Page } from '@playwright/test';
import { says } from '../support/pdf.js';
import { asked, heading } from './support/product.js';
import { CLAIRE, DIANE, signIn } from './support/team.js';
import { check } from './support/team-screens.js';
import { expect, test } from './support/test.js';

const CLISSON = 'Commune de Clisson';
const IROISE = 'Pays d’Iroise communauté';

const form = (page: Page) => page.locator('form.act');
const name = (page: Page) => form(page).getByLabel('Son nom');
const kind = (page: Page) => form(page).getByLabel('Cet organisme est');
const send = (page: Page) => form(page).getByRole('button', { name: 'Corriger', exact: true }).click();
const who = (page: Page) => page.locator('.facts > div', { hasText: 'Organisme qui paie' });

async function opens(page: Page) {
  await page.getByRole('button', { name: 'Corriger l’organisme qui paie' }).click();
  await expect(form(page).getByRole('heading')).toBeFocused();
}

/** A fault is told above, in words, and by its field, where its link leads; the title of the page says it too. */
async function faulty(page: Page, field: string, words: string) {
  await expect(page.locator('.summary')).toBeFocused();
  await expect(page.locator('.summary a')).toHaveText([words]);
  await expect(page).toHaveTitle(/^Erreur\s: /);
  const input = form(page).locator(`#${field}`);
  await expect(input).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator(`#${field}-error`)).toContainText(words);
  await page.locator('.summary a').click();
  await expect(input).toBeFocused();
  await expect(input).toBeInViewport();
  await expect(page.locator(`label[for=${field}]`)).toBeInViewport();
}

/** Both papers that are addressed to who pays, taken from a page that shows them, name one payer and not the other; their numbers. */
async function onPapers(page: Page, payer: string, other: string) {
  const numbers: (string | undefined)[] = [];
  for (const title of ['Devis', 'Convention']) {
    const [paper] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name: new RegExp(`^${title}`) })
        .last()
        .click(),
    ]);
    numbers.push(await says(paper, `Nom ${payer}`, `Nom ${other}`));
  }
  return numbers;
}

/** Each paper has another number than before: it undoes the other. */
function renumbered(before: (string | undefined)[], after: (string | undefined)[]) {
  for (const [i, number] of before.entries()) if (number) expect.soft(after[i], number).not.toBe(number);
}

for (const width of [1280, 360]) {
  test(`another payer, named on a file: each fault by its field, a colleague’s change first, then seen by all (${width} px)`, async ({
    page,
    site,
    allow,
    browser,
  }) => {
    test.setTimeout(240_000);
    allow(/Failed to load resource/); // each refusal
    const wide = { width, height: width === 360 ? 740 : 800 };
    await page.setViewportSize(wide);
    const at = await asked(site);
    const file = `${site}/equipe/#/dossiers/${/#([a-z0-9]+)\./.exec(at.page)![1]!}`;
    const mairie = await page.context().newPage();
    await mairie.goto(at.page);
    const first = await onPapers(mairie, CLISSON, IROISE);

    await signIn(page, site, CLAIRE);
    await heading(page, 'Aujourd’hui').waitFor();
    await page.goto(file);
    await opens(page);
    await expect(kind(page).getByRole('option', { name: 'La collectivité du mandat' })).toHaveCount(1);

    // A name without a kind, then a kind without a name: what is typed stays, nothing is written.
    await name(page).fill(IROISE);
    await form(page).getByLabel('Motif').fill('Dit au téléphone par le secrétariat.');
    await send(page);
    await faulty(page, 'kind', 'Choisissez quel organisme paie, ou laissez les deux champs vides.');
    await expect(name(page)).toHaveValue(IROISE);
    await check(page, 'a payer without its kind');
    await page.setViewportSize(wide);
    await kind(page).selectOption('intercommunalite');
    await name(page).fill(' ');
    await send(page);
    await faulty(page, 'name', 'Saisissez le nom de l’organisme qui paie, ou laissez les deux champs vides.');
    await expect(kind(page)).toHaveValue('intercommunalite');
    await expect(who(page)).toHaveCount(0);
    await name(page).fill(IROISE);

    // A colleague corrects something else meanwhile.
    const colleague = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await signIn(colleague, site, CLAIRE);
    await heading(colleague, 'Aujourd’hui').waitFor();
    await colleague.goto(file);
    await colleague.getByRole('button', { name: 'Corriger le nom' }).click();
    await colleague.locator('#phone').fill('02 98 00 00 01');
    await colleague.locator('form.act').getByRole('button', { name: 'Corriger', exact: true }).click();
    await expect(colleague.locator('#fait')).toContainText('corrigées');

    await send(page);
    await expect(page.locator('#change')).toBeFocused();
    await expect(page.locator('#change')).toContainText('Rien de ce que vous avez demandé n’a été écrit');
    await expect(page.locator('#change')).toContainText('02 98 00 00 01');
    await expect(page.locator('.summary')).toHaveCount(0); // it was another fault
    await expect(page).not.toHaveTitle(/Erreur/);
    await expect(name(page)).toHaveValue(IROISE);
    await expect(kind(page)).toHaveValue('intercommunalite');
    await expect(form(page).getByLabel('Motif')).toHaveValue('Dit au téléphone par le secrétariat.');
    await expect(who(page)).toHaveCount(0);
    await check(page, 'a payer, after a colleague’s change');
    await page.setViewportSize(wide);

    await send(page);
    await expect(page.locator('#fait')).toContainText('L’organisme qui paie est corrigé.');
    await expect(page.locator('#change')).toHaveCount(0);
    await expect(who(page)).toContainText(IROISE);
    const told = page.locator('.timeline li').filter({ hasText: 'Organisme qui paie corrigé' });
    await expect(told).toHaveCount(1);
    await expect(told).toContainText('Dit au téléphone par le secrétariat.');
    await expect(told.locator('ins')).toHaveText(IROISE);

    // The élu, the mairie and their papers, then the director's journal.
    const elu = await page.context().newPage();
    await elu.setViewportSize(wide);
    await elu.goto(at.file);
    await expect(elu.getByText('Organisme qui paie')).toContainText(IROISE);
    await onPapers(elu, IROISE, CLISSON);
    await mairie.reload();
    const second = await onPapers(mairie, IROISE, CLISSON);
    renumbered(first, second);
    await colleague.context().close();
    const diane = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await signIn(diane, site, DIANE);
    await heading(diane, 'Aujourd’hui').waitFor();
    await diane.getByRole('link', { name: 'Journal', exact: true }).click();
    const line = diane.getByRole('row').filter({ hasText: 'Organisme qui paie corrigé' }).first();
    await expect(line).toContainText(CLAIRE);
    await expect(line.locator('ins')).toHaveText(IROISE);
    await expect(line).toContainText('Dit au téléphone par le secrétariat.');
    await diane.context().close();

    // Both fields empty, the mandate's collectivité pays again.
    await opens(page);
    await expect(name(page)).toHaveValue(IROISE);
    await name(page).fill('');
    await kind(page).selectOption('');
    await send(page);
    await expect(page.locator('#fait')).toContainText('L’organisme qui paie est corrigé.');
    await expect(who(page)).toHaveCount(0);
    await mairie.reload();
    renumbered(second, await onPapers(mairie, CLISSON, IROISE));
  });
}
