import type { Page } from '@playwright/test';
import { choosePayment, heading, oneMailFor, sayWho, sessionNamed, someone } from './support/product.js';
import { expect, test } from './support/test.js';

test.use({ viewport: { width: 820, height: 1180 } });

async function open(page: Page, site: string) {
  await page.clock.install();
  await page.goto(`${site}/borne/`);
  await page.getByLabel('Code de sortie').fill('2468');
  await page.getByRole('button', { name: 'Démarrer la borne' }).click();
  await expect(heading(page, 'Se former pendant son mandat')).toBeVisible();
}

async function chooseSession(page: Page, title: string) {
  await page.getByRole('button', { name: 'Toucher pour commencer' }).click();
  await page.getByRole('button', { name: title }).first().click();
  await expect(heading(page, title)).toBeVisible();
}

/** Nothing leads out, nothing is stored, nothing is in the address. */
async function sealed(page: Page) {
  const ways = await page.locator('a[href]').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
  expect(ways.filter((href) => !href!.startsWith('#'))).toEqual([]);
  const stored = await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie.length]);
  expect(stored).toEqual([0, 0, 0]);
  expect(new URL(page.url()).pathname + new URL(page.url()).search + new URL(page.url()).hash).toBe('/borne/');
}

test('an élu enrols on the kiosk; nothing is stored and nothing leads out; the end wipes', async ({ page, site }) => {
  const email = someone();
  const session = await sessionNamed(site, 'journee-nantes');
  await open(page, site);
  await sealed(page);
  await chooseSession(page, session.formation.title);
  await expect(page.getByRole('img', { name: /Code QR/ })).toBeVisible();
  await sealed(page);
  await page.getByRole('button', { name: 'S’inscrire à cette session' }).click();
  await choosePayment(page, 'personnel');
  await expect(page.getByLabel('Prénom')).toHaveAttribute('autocomplete', 'off');
  await sayWho(page, email, 'personnel');
  await sealed(page);
  await page.getByLabel('J’accepte').check();
  await page.getByRole('button', { name: 'Réserver ma place' }).click();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await sealed(page);
  await page.getByRole('button', { name: 'Terminer et effacer' }).click();
  await expect(page.getByRole('button', { name: 'Toucher pour commencer' })).toBeVisible();
  expect(await page.content()).not.toContain(email);
  await page.clock.resume();
  await oneMailFor(email);
});

test('ninety seconds of stillness warn, thirty more wipe everything, and Back brings nothing back', async ({
  page,
  site,
}) => {
  const session = await sessionNamed(site, 'journee-nantes');
  await open(page, site);
  await chooseSession(page, session.formation.title);
  await page.getByRole('button', { name: 'S’inscrire à cette session' }).click();
  await choosePayment(page, 'personnel');
  await page.getByLabel('Prénom').fill('Secrète');
  await page.clock.runFor(85_000);
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.clock.runFor(6_000);
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Continuer' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByLabel('Prénom')).toHaveValue('Secrète');

  await page.clock.runFor(91_000);
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.clock.runFor(25_000);
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.clock.runFor(7_000);
  await expect(page.getByRole('button', { name: 'Toucher pour commencer' })).toBeVisible();
  await sealed(page);
  expect(await page.content()).not.toContain('Secrète');
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Toucher pour commencer' })).toBeVisible();
  await chooseSession(page, session.formation.title);
  await page.getByRole('button', { name: 'S’inscrire à cette session' }).click();
  await choosePayment(page, 'personnel');
  await expect(page.getByLabel('Prénom')).toHaveValue('');
});

test('the system’s Back is the kiosk’s Retour; a reload comes back to the welcome', async ({ page, site }) => {
  const session = await sessionNamed(site, 'journee-nantes');
  await open(page, site);
  await chooseSession(page, session.formation.title);
  await page.getByRole('button', { name: 'S’inscrire à cette session' }).click();
  await choosePayment(page, 'personnel');
  await page.goBack();
  await expect(heading(page, 'Comment la formation sera-t-elle payée')).toBeVisible();
  await page.goBack();
  await expect(heading(page, session.formation.title)).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Toucher pour commencer' })).toBeVisible();
});

test('staff leave by a long press and the code; a wrong code stays', async ({ page, site }) => {
  await open(page, site);
  const mark = page.getByRole('button', { name: 'Écharpe' });
  await mark.hover();
  await page.mouse.down();
  await page.clock.runFor(1000);
  await page.mouse.up();
  await page.clock.runFor(4000);
  await expect(page.getByLabel('Code de sortie')).toBeHidden();
  await page.mouse.down();
  await page.clock.runFor(3200);
  await page.mouse.up();
  await page.getByLabel('Code de sortie').fill('1357');
  await page.getByRole('button', { name: 'Quitter', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Ce n’est pas le bon code');
  await page.getByLabel('Code de sortie').fill('2468');
  await page.getByRole('button', { name: 'Quitter', exact: true }).click();
  await expect(page).toHaveURL(`${site}/`);
});

test('a short network loss on the kiosk: told, kept, sent again by hand', async ({ page, site, context, allow }) => {
  allow(/ERR_INTERNET_DISCONNECTED/);
  const session = await sessionNamed(site, 'journee-nantes');
  await open(page, site);
  await chooseSession(page, session.formation.title);
  await page.getByRole('button', { name: 'S’inscrire à cette session' }).click();
  await choosePayment(page, 'personnel');
  await context.setOffline(true);
  await sayWho(page, someone(), 'personnel');
  await page.getByLabel('J’accepte').check();
  await page.getByRole('button', { name: 'Réserver ma place' }).click();
  await expect(page.getByRole('alert')).toContainText('rien n’a été envoyé');
  await context.setOffline(false);
  await page.clock.runFor(1500);
  await page.getByRole('button', { name: 'Envoyer de nouveau' }).click();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
});

test.describe('with the service worker', () => {
  test.use({ serviceWorkers: 'allow' });

  test('a reload in a dead zone comes back to the welcome', async ({ page, site, context, allow }) => {
    allow(/Failed to load resource|ERR_/);
    await page.goto(`${site}/borne/`);
    await page.getByLabel('Code de sortie').fill('2468');
    await page.getByRole('button', { name: 'Démarrer la borne' }).click();
    await expect
      .poll(() =>
        page.evaluate(async () => {
          const found = await Promise.all([
            caches.match('/borne/'),
            ...[...document.scripts].map((s) => caches.match(s.src)),
          ]);
          return found.every(Boolean);
        }),
      )
      .toBe(true);
    await context.setOffline(true);
    await page.reload();
    await expect(page.getByRole('button', { name: 'Toucher pour commencer' })).toBeVisible();
    await context.setOffline(false);
  });
});
