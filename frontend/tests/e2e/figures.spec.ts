// What the director looks at: numbers, a bar beside each, and nobody.
import { heading, sessions } from './support/product.js';
import { overflow } from '../support/checks.js';
import { declares, DIANE, enrolled, newName, signIn } from './support/team.js';
import { check } from './support/team-screens.js';
import { expect, test } from './support/test.js';
import type { Figures } from '../../src/app/equipe/contract.js';

test.use({ viewport: { width: 1280, height: 800 } });

test('the figures say where funding stops and how sessions fill', async ({ page, site }) => {
  const session = (await sessions(site)).find((s) => s.funding.collectivite.open && s.seatsLeft > 4)!;
  const one = await enrolled(site, session.id, 'collectivite', newName('Chiffre'));
  await enrolled(site, session.id, 'collectivite', newName('Chiffre'));
  await declares(site, one, 'demande');
  await signIn(page, site, DIANE);
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await page.getByRole('link', { name: 'Chiffres', exact: true }).click();
  await heading(page, 'Chiffres').waitFor();
  await page.getByLabel('Sessions finies du').fill(session.halfDays[0]!.start.slice(0, 10));
  await page.getByLabel('au', { exact: true }).fill(session.halfDays.at(-1)!.end.slice(0, 10));
  await page.getByRole('button', { name: 'Compter' }).click();
  const asked = page.getByRole('row', { name: /Demander l’accord/ });
  await expect(asked).toContainText(/\d+ \(\d+.%\)/);
  const plot = page.getByRole('img', { name: 'Étapes faites, Par ma collectivité' });
  await expect(plot.locator('svg')).toBeVisible();
  await expect(plot).toContainText('Demander l’accord');
  await expect(page.getByText(one.name)).toHaveCount(0);
  await check(page, 'the figures');
  await page.getByLabel('Sessions finies du').fill('2019-01-01');
  await page.getByLabel('au', { exact: true }).fill('2019-12-31');
  await page.getByRole('button', { name: 'Compter' }).click();
  await expect(page.getByText('Aucune session ne finit dans cette période.')).toBeVisible();
});

/** The product's own answer with a year's numbers, which no journey could make. */
const aYear = (f: Figures): Figures => ({
  ...f,
  funnel: f.funnel.map((s, i) => ({ ...s, files: 40, done: 30 - i, stopped: 10, medianDays: 2.5 })),
  filling: ['2027-03', '2027-09'].map((month, i) => ({
    month,
    sessions: 3,
    cancelled: i,
    seats: 24 + 24 * i,
    taken: 12,
    waiting: 0,
    underMinimum: 0,
  })),
  presence: f.presence.map((p) => ({ ...p, came: 38, noShows: 2 })),
  opinions: {
    ...f.opinions,
    rows: [
      { came: 60, people: 33, counts: f.opinions.questions.map(() => [1, 3, 12, 17]) },
      {
        title: 'Les finances de la commune, lire et préparer un budget de fonctionnement',
        start: '2027-03-12T08:00:00Z',
        came: 6,
        people: 3,
        counts: f.opinions.questions.map(() => [0, 0, 1, 2]),
      },
    ],
  },
});

test('the plots are drawn within the site’s policy, to scale, beside their tables, and do not print', async ({
  page,
  site,
}) => {
  await page.route('**/api/staff/figures*', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: aYear((await answer.json()) as Figures) });
  });
  await signIn(page, site, DIANE);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${site}/equipe/#/chiffres`);
  const plots = page.locator('.plot svg');
  await expect(plots).toHaveCount(6); // a way of paying each, the months, the presences, the opinions
  const filling = page.getByRole('img', { name: 'Places prises, par mois' });
  // From zero to the fullest month: 48 seats.
  const [zeroAt, ...lengths] = await filling.evaluate((plot) => {
    const across = (e: Element) => e.getBoundingClientRect();
    const [zero, end] = [...plot.querySelectorAll('.ct-grid')].map((g) => across(g).left);
    const bars = [...plot.querySelectorAll('.ct-series-a .ct-bar')].map((b) => [
      Math.round(((across(b).left - zero!) / (end! - zero!)) * 48),
      Math.round((across(b).width / (end! - zero!)) * 48),
    ]);
    return [Math.round(zero! - across(plot).left), ...bars];
  });
  expect(zeroAt).toBe(1); // the line is seen
  expect(lengths).toEqual([
    [0, 12],
    [0, 12],
  ]);
  await check(page, 'the figures of a year');
  // Numbers of one cell stand on one line.
  const cells = page.getByRole('row', { name: 'Les finances' }).getByRole('cell');
  for (const cell of await cells.all()) {
    const lines = await cell.evaluate((c) => {
      const range = document.createRange();
      range.selectNodeContents(c);
      return new Set([...range.getClientRects()].map((r) => Math.round(r.bottom))).size;
    });
    expect(lines).toBe(1);
  }
  // The drawing follows the width, and its words stay inside it.
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const outside = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('.plot')].flatMap((plot) =>
          [...plot.querySelectorAll('text')]
            .filter((t) => t.getBoundingClientRect().right > plot.getBoundingClientRect().right + 1)
            .map((t) => t.textContent),
        ),
      );
    await expect.poll(outside, `words outside at ${width} px`).toEqual([]);
    expect(await overflow(page)).toEqual([]);
  }
  await page.emulateMedia({ media: 'print' });
  await expect(plots.first()).toBeHidden();
  await expect(page.getByRole('button', { name: 'Compter' })).toBeHidden();
  await expect(page.getByText(/^Sessions finies du \S+\s1er\sjanvier/)).toBeVisible();
  await expect(page.getByRole('table', { name: 'Réponses favorables' })).toBeVisible();
});

test('without what draws, the tables say all', async ({ page, site, allow }) => {
  allow(/Failed to load resource|ERR_FAILED/);
  await page.route('**/assets/equipe-plot-draw-*', (route) => route.abort());
  await signIn(page, site, DIANE);
  await heading(page, 'Aujourd’hui').waitFor();
  await page.goto(`${site}/equipe/#/chiffres`);
  await expect(page.getByRole('table').first()).toBeVisible();
  await expect(page.locator('.plot')).toHaveCount(0);
});
