// What the world does to pages: old browsers, storage refused, links bent on their way, Back and Forward.
import type { Page } from '@playwright/test';
import { enrolByAPI, heading, onward, sessionNamed, someone, upToCheck } from './support/product.js';
import { expect, test } from './support/test.js';

/** A browser at the declared floor: what came after Safari 15 is not there. */
const takeAway = (page: Page) =>
  page.addInitScript(() => {
    const drop = (owner: object, name: string) => {
      delete (owner as Record<string, unknown>)[name];
      if (name in owner) Object.defineProperty(owner, name, { value: undefined, configurable: true });
    };
    drop(AbortSignal, 'timeout');
    drop(AbortSignal, 'any');
    drop(Crypto.prototype, 'randomUUID');
    drop(Array.prototype, 'at');
    drop(Array.prototype, 'findLast');
    drop(Object, 'hasOwn');
    drop(globalThis, 'structuredClone');
  });

/** Storage as a policy blocks it: naming it throws. */
const refuseStorage = (page: Page) =>
  page.addInitScript(() => {
    for (const name of ['sessionStorage', 'localStorage'])
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
  });

/** Storage as a private window or a full disk has it: it reads, and refuses to write. */
const fullStorage = (page: Page) =>
  page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });

const send = (page: Page) => page.getByRole('button', { name: 'Réserver ma place' }).click();

test('a browser at the floor, without storage: from the list to the file', async ({ page, site }) => {
  await takeAway(page);
  await refuseStorage(page);
  await page.goto(site);
  await expect(page.locator('.seats').first()).toBeVisible();
  const session = await sessionNamed(site, 'budget-visio');
  await upToCheck(page, site, session.id, 'personnel', someone());
  await send(page);
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  const reference = await page.locator('.reference').innerText();
  await page.getByRole('link', { name: 'Ouvrir mon dossier' }).click();
  await expect(page.locator('.reference')).toHaveText(reference);
});

test('storage that is full: the confirmation shows, and the file opens', async ({ page, site }) => {
  await fullStorage(page);
  const session = await sessionNamed(site, 'budget-visio');
  await upToCheck(page, site, session.id, 'collectivite', someone());
  await send(page);
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await page.getByRole('link', { name: 'Ouvrir mon dossier' }).click();
  await expect(page.locator('.reference')).toBeVisible();
});

test('Back, then Forward, after enrolling: the confirmation again, and never an empty form', async ({ page, site }) => {
  const session = await sessionNamed(site, 'budget-visio');
  await upToCheck(page, site, session.id, 'personnel', someone());
  await send(page);
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await page.goBack();
  await expect(heading(page, 'Votre inscription est enregistrée')).toBeVisible();
  await page.goForward();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  await page.goBack();
  await page.reload();
  await page.getByRole('button', { name: 'Revoir la confirmation' }).click();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
});

test('Forward out of a session that could not be found does not carry its refusal along', async ({
  page,
  site,
  allow,
}) => {
  allow(/404/);
  const session = await sessionNamed(site, 'budget-visio');
  await page.goto(`${site}/inscription/financement/?session=${session.id}`);
  await page.getByLabel('À titre personnel').check();
  await onward(page);
  await expect(heading(page, 'Comment vous appelez-vous')).toBeVisible();
  await page.goto(`${site}/inscription/financement/?session=inconnue`);
  await expect(heading(page, 'Choisissez d’abord une session')).toBeVisible();
  await page.goBack();
  await expect(heading(page, 'Comment vous appelez-vous')).toBeVisible();
});

test.describe('a personal link, bent', () => {
  const bends: [string, (hash: string) => string][] = [
    ['its # encoded', (h) => `%23${h}`],
    ['encoded twice', (h) => `%2523${h}`],
    ['a full stop after it', (h) => `#${h}.`],
    ['a bracket after it', (h) => `#${h})`],
    ['an angle bracket after it', (h) => `#${h}>`],
    ['a follower’s mark in the fragment', (h) => `#${h}?fbclid=IwAR0`],
    ['a follower’s mark before the fragment', (h) => `?fbclid=IwAR0&vue=donnees#${h}`],
    ['a lone % after it', (h) => `#${h}%`],
  ];
  for (const [name, bend] of bends)
    test(name, async ({ page, site }) => {
      const session = await sessionNamed(site, 'budget-visio');
      const { link, enrolment } = await enrolByAPI(site, session.id);
      const hash = link.split('#')[1]!;
      await page.goto(`${site}/dossier/${bend(hash)}`);
      if (bend('').includes('vue=')) await expect(page).toHaveURL(`${site}/dossier/?vue=donnees#${hash}`);
      else {
        await expect(page.locator('.reference')).toHaveText(enrolment.reference);
        await expect(page).toHaveURL(`${site}/dossier/#${hash}`);
      }
    });

  test('beyond repair: says so, and where to ask for another', async ({ page, site }) => {
    for (const broken of ['dossier/#%', 'dossier/#abc.%E0%A4%A', 'dossier/%23abc']) {
      await page.goto('about:blank');
      await page.goto(`${site}/${broken}`);
      await expect(page.getByRole('link', { name: 'Je n’ai plus mon lien' })).toBeVisible();
    }
    await page.goto(`${site}/papiers/#%`);
    await expect(page.getByText('Ce lien n’ouvre pas de documents')).toBeVisible();
  });
});

test('the address of a session without its slash, or with the mark of a sentence, still opens it', async ({
  page,
  site,
}) => {
  const session = await sessionNamed(site, 'budget-visio');
  for (const address of [
    `session?id=${session.id}`,
    `session/?id=${session.id}.`,
    `session/?id=${session.id})&fbclid=x`,
  ]) {
    await page.goto(`${site}/${address}`);
    await expect(heading(page, session.formation.title)).toBeVisible();
  }
});
