import type { Page } from '@playwright/test';
import { heading, sessionNamed, someone } from './support/product.js';
import { expect, test } from './support/test.js';

/** Tabs until the focus is on what is wanted; fails after a whole turn. */
async function tabTo(page: Page, selector: string) {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return seen(page);
  }
  throw new Error(`the keyboard never reaches ${selector}`);
}

/** The focus shows: a ring on the element, or on the label drawn for it. */
async function seen(page: Page) {
  const ring = await page.evaluate(() => {
    const el = document.activeElement!;
    const style = (e: Element) => getComputedStyle(e).outlineStyle;
    return style(el) !== 'none' || (el.nextElementSibling ? style(el.nextElementSibling) !== 'none' : false);
  });
  expect(ring).toBe(true);
}

const enter = (page: Page) => page.keyboard.press('Enter');
const space = (page: Page) => page.keyboard.press('Space');

test('the whole enrolment by the keyboard alone, errors included', async ({ page, site }) => {
  const email = someone();
  const session = await sessionNamed(site, 'deontologie-visio');
  await page.goto(site);
  await expect(page.locator('.card').first()).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Aller au contenu' })).toBeFocused();
  await enter(page);
  await expect(page.getByRole('main')).toBeFocused();
  await tabTo(page, `a[href="/session/?id=${session.id}"]`);
  await enter(page);
  await expect(heading(page, session.formation.title)).toBeVisible();
  await tabTo(page, 'a[href^="/inscription/"]');
  await enter(page);

  await expect(heading(page, 'Comment la formation')).toBeVisible();
  await tabTo(page, 'form .button');
  await enter(page);
  await expect(page.locator('.summary')).toBeFocused();
  await expect(page).toHaveTitle(/^Erreur/);
  await tabTo(page, '.summary a');
  await enter(page);
  await expect(page.locator('#funding')).toBeFocused();
  await space(page);
  for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
  await expect(page.getByLabel('À titre personnel')).toBeChecked();
  await enter(page);

  await expect(heading(page, 'Comment vous appelez-vous')).toBeFocused();
  await tabTo(page, '#firstName');
  await page.keyboard.type('Jeanne');
  await tabTo(page, '#lastName');
  await page.keyboard.type('Le Goff');
  await enter(page);
  await expect(heading(page, 'Comment pouvons-nous')).toBeFocused();
  await tabTo(page, '#email');
  await page.keyboard.type(email);
  await enter(page);
  await expect(heading(page, 'Quel est votre mandat')).toBeFocused();
  await tabTo(page, '#kind');
  await space(page);
  await enter(page);
  await expect(heading(page, 'Quelle est votre collectivité')).toBeFocused();
  await tabTo(page, '#authority');
  await page.keyboard.type('Commune de Clisson');
  await enter(page);
  await expect(heading(page, 'Vérifiez vos réponses')).toBeFocused();
  await tabTo(page, '#consent');
  await space(page);
  await tabTo(page, 'form .button');
  await enter(page);
  await expect(heading(page, 'Votre place est réservée')).toBeFocused();
});

test('what a screen reader is given: names, roles, states', async ({ page, site }) => {
  const session = await sessionNamed(site, 'deontologie-visio');
  await page.goto(`${site}/inscription/financement/?session=${session.id}`);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - paragraph:
        - button "Retour"
      - paragraph: ${session.formation.title.replace(/\s/g, ' ').replace(/^(.*)$/, '"$1"')}
      - heading "Comment la formation sera-t-elle payée ?" [level=1]
      - group "Façon de payer":
        - radio /Avec mon DIFE/
        - radio /Par ma collectivité/
        - radio /À titre personnel/
      - button "Continuer"
      - paragraph:
        - button "Aidez-moi à choisir, en trois questions"
  `);
  await page.getByLabel('À titre personnel').check();
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await expect(page.getByRole('alert')).toMatchAriaSnapshot(`
    - alert "Il y a un problème":
      - heading "Il y a un problème" [level=2]
      - list:
        - listitem:
          - link "Saisissez votre prénom."
        - listitem:
          - link "Saisissez votre nom."
  `);
  await expect(page.getByRole('textbox', { name: 'Prénom (obligatoire)' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Nom (obligatoire)', exact: true })).toBeVisible();
  await expect(page.getByRole('group', { name: 'Civilité (facultatif)' })).toBeVisible();
  await expect(page.getByLabel('Prénom')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Prénom')).toHaveAccessibleDescription(/Saisissez votre prénom/);
  await expect(page.getByLabel('Prénom')).toHaveAttribute('autocomplete', 'given-name');
});

test('Back goes one question back, and « Modifier » comes back to the check', async ({ page, site }) => {
  const { upToCheck } = await import('./support/product.js');
  const session = await sessionNamed(site, 'deontologie-visio');
  await upToCheck(page, site, session.id, 'personnel', someone());
  await page.goBack();
  await expect(heading(page, 'Quelle est votre collectivité')).toBeVisible();
  await expect(page.getByLabel('Nom de la collectivité')).toHaveValue('Commune de Clisson');
  await page.goForward();
  await page.getByRole('button', { name: 'Modifier nom', exact: true }).click();
  await page.getByLabel('Prénom').fill('Janig');
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await expect(heading(page, 'Vérifiez vos réponses')).toBeVisible();
  await expect(page.getByText('Janig Le Goff')).toBeVisible();
  await page.getByRole('button', { name: 'Modifier paiement' }).click();
  await page.getByLabel('Par ma collectivité').check();
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await expect(heading(page, 'Qui suivra votre demande')).toBeVisible();
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await expect(heading(page, 'Vérifiez vos réponses')).toBeVisible();
});
