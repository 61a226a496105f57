// What the director looks at: numbers, a bar beside each, and nobody.
import { heading, sessions } from './support/product.js';
import { declares, DIANE, enrolled, newName, signIn } from './support/team.js';
import { check } from './support/team-screens.js';
import { expect, test } from './support/test.js';

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
  await expect(page.locator('.figures svg').first()).toBeVisible();
  await expect(page.getByText(one.name)).toHaveCount(0);
  await check(page, 'the figures');
  await page.getByLabel('Sessions finies du').fill('2019-01-01');
  await page.getByLabel('au', { exact: true }).fill('2019-12-31');
  await page.getByRole('button', { name: 'Compter' }).click();
  await expect(page.getByText('Aucune session ne finit dans cette période.')).toBeVisible();
});
