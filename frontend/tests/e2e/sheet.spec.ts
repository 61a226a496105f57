import type { Page } from '@playwright/test';
import config from '../../playwright.config.js';
import { looseSpaces, overflow, smallTargets, violations } from '../support/checks.js';
import { film, filmed } from './support/film.js';
import { expect, test } from './support/test.js';

const { launchOptions } = config.use!;
test.use({
  serviceWorkers: 'allow',
  permissions: ['camera'],
  launchOptions: {
    ...launchOptions,
    args: [...launchOptions!.args!, '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`],
  },
});

/** The sheet runs against the stage: a session of the product is never today. The API's own rule is held by Go tests. */
const stage = () => process.env.STAGE_URL!;
const address = () => `${stage()}/feuille/#budget-nantes.1.t.exemple`;
test.beforeEach(() => fetch(`${stage()}/api/_emptied`, { method: 'POST' }));

/** The code of a convocation, held before the camera from its next opening on. */
const hold = (id: string, session = 'budget-nantes') => {
  const mark = `https://formation.example.fr/presence/#${session}.1.p.${id.padEnd(22, '0')}`;
  filmed(mark);
  return mark;
};
const startCamera = (page: Page) => page.getByRole('button', { name: 'Lire les codes' }).click();
const stopCamera = (page: Page) => page.getByRole('button', { name: 'Arrêter la caméra' }).click();
const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

const comes = async (page: Page, first: string, last: string) => {
  await page.getByLabel('Prénom').fill(first);
  await page.getByRole('textbox', { name: 'Nom (obligatoire)', exact: true }).fill(last);
  await page.getByLabel('Adresse e-mail').fill('ines@exemple.fr');
  await page.getByLabel('Mandat').selectOption('maire');
  await page.getByRole('textbox', { name: 'Collectivité' }).fill('Commune de Riec');
  await page.getByLabel('Sa collectivité').check();
  await page.getByRole('button', { name: 'Ajouter cette personne' }).click();
};

const screens = [
  { width: 768, height: 1024 },
  { width: 360, height: 740 },
];
for (const viewport of screens)
  test(`a morning in the room without network at ${viewport.width}: nothing is lost on reload, all leaves later, a conflict is shown`, async ({
    page,
    context,
    allow,
  }) => {
    allow(/ERR_INTERNET_DISCONNECTED/);
    await page.setViewportSize(viewport);
    await page.goto(address());
    await expect(page.getByText('Tout est envoyé')).toBeVisible();
    // The page and its parts are kept by the service worker, two seconds after the first visit.
    await expect
      .poll(() =>
        page.evaluate(async () => {
          const parts = [...document.scripts].map((script) => script.src);
          const reads = performance.getEntriesByType('resource').filter((part) => part.name.includes('/sheet-decode-'));
          if (!reads.length) return false; // what reads codes is kept too
          parts.push(...reads.map((part) => part.name));
          const found = await Promise.all(['/feuille/', ...parts].map((part) => caches.match(part)));
          return found.every(Boolean);
        }),
      )
      .toBe(true);

    await context.setOffline(true);
    hold('file0');
    await startCamera(page);
    await expect(page.getByText('Présence notée : Awa Ndiaye')).toBeVisible();
    await stopCamera(page);
    await row(page, 'Jean Martin').getByRole('button', { name: 'Absent' }).click();
    await row(page, 'Zoé Petit').getByRole('button', { name: 'Présent' }).click();
    await row(page, 'Zoé Petit').getByRole('button', { name: 'En retard' }).click();
    await page.getByLabel('Minutes de présence').fill('90');
    await page.getByRole('button', { name: 'Noter' }).click();
    await page.getByText('Quelqu’un n’est pas sur la liste').click();
    await comes(page, 'Inès', 'Imprévue');
    await expect(page.getByText('5 présences à envoyer dès son retour')).toBeVisible();

    await page.reload();
    hold('file0');
    await startCamera(page);
    await expect(page.getByText('Déjà noté : Awa Ndiaye')).toBeVisible();
    await stopCamera(page);
    hold('file1');
    await startCamera(page);
    await expect(page.getByText('Présence notée : Bernard Le Goff')).toBeVisible();
    await stopCamera(page);
    await expect(row(page, 'Awa Ndiaye').getByRole('button', { name: 'Présent' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await expect(row(page, 'Inès Imprévue')).toContainText('pas sur la liste');
    await expect(row(page, 'Zoé Petit')).toContainText('présent 90 min');

    // Meanwhile somebody of the team marks Jean, later than the tablet did.
    await expect(row(page, 'Inès Imprévue').getByRole('button', { name: 'Présent' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    const half = await page.evaluate(() => {
      const [tap] = JSON.parse(localStorage.getItem('feuille:budget-nantes:attente')!) as { half: string }[];
      return tap!.half;
    });
    const at = new Date(Date.now() + 1000).toISOString();
    await fetch(`${stage()}/api/_team`, { method: 'POST', body: JSON.stringify(['file3', half, 'present', at]) });

    await context.setOffline(false);
    await expect(page.getByText('Tout est envoyé')).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole('alert')).toContainText('Inès Imprévue : l’inscription est faite');
    await expect(row(page, 'Inès Imprévue')).not.toContainText('pas sur la liste');
    await expect(page.getByRole('alert')).toContainText('Jean Martin : vous aviez noté « absent »');
    await expect(page.getByRole('alert')).toContainText('Claire Gestion');
    await expect(row(page, 'Jean Martin').getByRole('button', { name: 'Présent' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    const kept = (await (await fetch(`${stage()}/api/attendance/budget-nantes`)).json()) as {
      people: { name: string; marks: Record<string, { presence: string; minutes?: number }> }[];
    };
    const of = (name: string) => kept.people.find((p) => p.name === name)?.marks[half];
    expect(['Awa Ndiaye', 'Bernard Le Goff', 'Inès Imprévue'].map((name) => of(name)?.presence)).toEqual(
      Array(3).fill('present'),
    );
    expect(of('Zoé Petit')?.minutes).toBe(90);
  });

test('somebody who comes to a full session is noted, and it is said; what is missing is asked for first', async ({
  page,
}) => {
  await page.goto(address());
  await page.getByText('Quelqu’un n’est pas sur la liste').click();
  await page.getByRole('button', { name: 'Ajouter cette personne' }).click();
  await expect(page.getByRole('alert')).toContainText('Écrivez le prénom.');
  await page.getByLabel('Adresse e-mail').fill('ines@exemple.fr');
  await page.getByRole('button', { name: 'Ajouter cette personne' }).click();
  await expect(page.getByRole('alert')).toContainText('Choisissez qui paiera.');
  await comes(page, 'Paul', 'Complet');
  await expect(page.getByRole('alert')).toContainText('Paul Complet : pas d’inscription');
  await expect(page.getByRole('alert')).toContainText('complète');
  await expect(row(page, 'Paul Complet')).toContainText('pas sur la liste');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).not.toContain('ines@exemple.fr');
});

test('a code that is of nobody here is refused in words, and notes nobody; the camera goes out with its page', async ({
  page,
}) => {
  await page.goto(address());
  const said = page.locator('ec-camera [role=status]');
  hold('file0', 'budget-visio');
  await startCamera(page);
  await expect(said).toContainText('celui d’une autre session');
  await stopCamera(page);
  hold('file9');
  await startCamera(page);
  await expect(said).toContainText('Ce code n’est pas, ou plus, celui d’une personne de la liste');
  await stopCamera(page);
  filmed('https://exemple.fr/');
  await startCamera(page);
  await expect(said).toContainText('Ce n’est pas un code de présence');
  await page.getByRole('button', { name: 'L’autre caméra' }).click();
  await expect(said).toContainText('Ce n’est pas un code de présence');
  await expect(page.getByText('0 présent,')).toBeVisible();
  expect([await violations(page), await overflow(page), await smallTargets(page), await looseSpaces(page)]).toEqual(
    Array(4).fill([]),
  );
  const live = () =>
    page.evaluate(() => {
      const stream = document.querySelector('video')?.srcObject as MediaStream | undefined;
      return ((window as { kept?: MediaStream }).kept ??= stream!);
    });
  await live();
  await stopCamera(page);
  const state = await page.evaluate(() => (window as { kept?: MediaStream }).kept!.getTracks()[0]!.readyState);
  expect(state).toBe('ended');
});

/**
 * A browser that reads codes itself: Chromium here has no such service, so the page is given the class as the standard describes it. It looks
 * at what the camera films, as the real one does: a picture without a code gives none.
 */
const readsItself = (page: Page, mark: string, works: boolean) =>
  page.addInitScript(
    ([mark, works]) => {
      const seen = { formats: [] as string[], looked: 0 };
      class BarcodeDetector {
        static getSupportedFormats = () => Promise.resolve(['ean_13', 'qr_code']);
        constructor(options: { formats: string[] }) {
          seen.formats = options.formats;
        }
        detect(image: HTMLVideoElement) {
          seen.looked++;
          if (!works)
            return Promise.reject(new DOMException('Barcode detection service unavailable.', 'NotSupportedError'));
          const playing = image.videoWidth > 0 && !image.paused && (image.srcObject as MediaStream).active;
          return Promise.resolve(playing ? [{ rawValue: mark, format: 'qr_code' }] : []);
        }
      }
      Object.assign(window, { BarcodeDetector, seen });
    },
    [mark, works] as const,
  );
const looked = (page: Page) => page.evaluate(() => (window as unknown as { seen: object }).seen);
const decoders = (page: Page) =>
  page.evaluate(() => performance.getEntriesByType('resource').filter((r) => r.name.includes('/sheet-decode-')).length);

test('a browser that reads codes itself is used, and the library is not fetched', async ({ page }) => {
  const mark = hold('file0');
  await readsItself(page, mark, true);
  filmed('https://exemple.fr/'); // what the library would read
  await page.goto(address());
  await expect(page.getByText('Tout est envoyé')).toBeVisible();
  await startCamera(page);
  await expect(page.getByText('Présence notée : Awa Ndiaye')).toBeVisible();
  expect(await looked(page)).toMatchObject({ formats: ['qr_code'] });
  expect(await decoders(page)).toBe(0);
  await stopCamera(page);
});

test('a browser that promises to read codes and does not: the library reads them', async ({ page }) => {
  await readsItself(page, '', false);
  hold('file0');
  await page.goto(address());
  await startCamera(page);
  await expect(page.getByText('Présence notée : Awa Ndiaye')).toBeVisible();
  expect(await looked(page)).toMatchObject({ looked: 1 });
  await stopCamera(page);
});

test('a camera that is refused says so, and names can still be touched', async ({ page, context }) => {
  await context.clearPermissions();
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  await page.goto(address());
  await startCamera(page);
  await expect(page.getByText('n’a pas le droit d’utiliser la caméra')).toBeVisible();
  await row(page, 'Awa Ndiaye').getByRole('button', { name: 'Présent' }).click();
  await expect(page.getByText('1 présent,')).toBeVisible();
});

test('the camera is for the sheet alone', async ({ page, site, scenes }) => {
  for (const [path, allowed] of [
    ['/feuille/', true],
    ['/', false],
    ['/presence/', false],
    ['/dossier/', false],
  ] as const)
    for (const host of [site, scenes]) {
      const policy = (await page.request.get(host + path)).headers()['permissions-policy'];
      expect(policy, host + path).toContain(allowed ? 'camera=(self)' : 'camera=()');
    }
});

test('a server that is busy for a moment gets what waits a few seconds later', async ({ page, allow }) => {
  allow(/503/);
  await page.goto(address());
  await expect(page.getByText('Tout est envoyé')).toBeVisible();
  let refused = 0;
  await page.route('**/api/attendance/*/*/*', (route) =>
    refused++
      ? route.continue()
      : route.fulfill({ status: 503, json: { type: 'about:blank', title: 'busy', status: 503 } }),
  );
  await row(page, 'Awa Ndiaye').getByRole('button', { name: 'Excusé' }).click();
  await expect(page.getByText('présence à envoyer dès son retour')).toBeVisible();
  await expect(page.getByText('Tout est envoyé')).toBeVisible({ timeout: 8_000 });
  expect(refused).toBe(2);
});
