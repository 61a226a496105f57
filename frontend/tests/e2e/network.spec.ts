import { enrolByAPI, heading, mailsFor, oneMailFor, sessionNamed, someone, upToCheck } from './support/product.js';
import { expect, test } from './support/test.js';

test('no network when sending: told so, answers kept, nothing sent until the person does', async ({
  page,
  site,
  context,
  allow,
}) => {
  allow(/ERR_INTERNET_DISCONNECTED/);
  const email = someone();
  const session = await sessionNamed(site, 'budget-visio');
  await upToCheck(page, site, session.id, 'personnel', email);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Réserver ma place' }).click();
  await expect(page.getByRole('alert')).toContainText('rien n’a été envoyé');
  await context.setOffline(false);
  expect(await mailsFor(email)).toHaveLength(0);
  await page.reload();
  await expect(page.getByText(email)).toBeVisible();
  await expect(heading(page, 'Vérifiez vos réponses')).toBeVisible();
  await expect(page.getByLabel('J’accepte')).toBeChecked();
  await page.getByRole('button', { name: 'Réserver ma place' }).click();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
});

test('the network is cut after the request left: sent again with the same key, one file, one e-mail', async ({
  page,
  site,
  allow,
}) => {
  allow(/ERR_FAILED/);
  const email = someone();
  const session = await sessionNamed(site, 'budget-visio');
  const keys: string[] = [];
  let reference = '';
  await page.route('**/api/enrolments', async (route) => {
    keys.push(route.request().headers()['idempotency-key'] ?? '');
    if (keys.length > 1) return route.continue();
    const answer = await route.fetch();
    reference = (await answer.json()).enrolment.reference;
    await route.abort('failed');
  });
  await upToCheck(page, site, session.id, 'collectivite', email);
  await page.getByRole('button', { name: 'Réserver ma place' }).click();
  await expect(page.getByRole('alert')).toContainText('Nous n’avons pas reçu de réponse');
  await expect(async () => {
    await page.getByRole('button', { name: 'Envoyer de nouveau' }).click({ timeout: 1000 });
    await expect(page.locator('.reference')).toHaveText(reference, { timeout: 5000 });
  }).toPass();
  expect(new Set(keys).size).toBe(1);
  await oneMailFor(email);
});

for (const status of [429, 503]) {
  test(`the gateway lets no more through (${status}): told that many are there, and the same button enrols a minute later`, async ({
    page,
    site,
    allow,
  }) => {
    allow(new RegExp(`status of ${status}`));
    const email = someone();
    const session = await sessionNamed(site, 'budget-visio');
    const keys: string[] = [];
    await page.route('**/api/enrolments', async (route) => {
      keys.push(route.request().headers()['idempotency-key'] ?? '');
      if (keys.length > 1) return route.continue();
      await route.fulfill({ status, contentType: 'application/json', body: '{"message":"no more"}' }); // as API Gateway says it
    });
    await upToCheck(page, site, session.id, 'personnel', email);
    await page.getByRole('button', { name: 'Réserver ma place' }).click();
    await expect(page.getByRole('alert')).toContainText('Beaucoup de personnes sont sur le site');
    await expect(page.getByRole('alert')).toContainText('Vos réponses sont gardées');
    await expect(async () => {
      // a tap within a second of the last one is taken for the same one
      await page.getByRole('button', { name: 'Envoyer de nouveau' }).click({ timeout: 1000 });
      await expect(heading(page, 'Votre place est réservée')).toBeVisible({ timeout: 5000 });
    }).toPass();
    expect(new Set(keys).size).toBe(1);
    await oneMailFor(email);
  });
}

test('two taps send once', async ({ page, site }) => {
  const email = someone();
  const session = await sessionNamed(site, 'budget-visio');
  let sent = 0;
  page.on('request', (r) => (sent += r.method() === 'POST' ? 1 : 0));
  await upToCheck(page, site, session.id, 'personnel', email);
  await page.getByRole('button', { name: 'Réserver ma place' }).dblclick();
  await expect(heading(page, 'Votre place est réservée')).toBeVisible();
  expect(sent).toBe(1);
});

test('what is typed survives a reload, before it is even right', async ({ page, site }) => {
  const session = await sessionNamed(site, 'budget-visio');
  await page.goto(`${site}/inscription/financement/?session=${session.id}`);
  await page.getByLabel('À titre personnel').check();
  await page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await page.getByLabel('Prénom').fill('Anne-Lise d’Été');
  await page.reload();
  await expect(page.getByLabel('Prénom')).toHaveValue('Anne-Lise d’Été');
});

test('a form of the file that the network withholds is said to be, and comes when it is asked for again', async ({
  page,
  site,
  context,
  allow,
}) => {
  allow(/ERR_INTERNET_DISCONNECTED/);
  const session = await sessionNamed(site, 'budget-visio');
  const { link } = await enrolByAPI(site, session.id);
  const change = page.getByRole('link', { name: 'Changer de façon de payer' });
  await page.goto(link.replace(/^https?:\/\/[^/]+/, site));
  await change.waitFor();
  await context.setOffline(true);
  await change.click();
  await expect(page.getByRole('alert')).toContainText('Le réseau ne répond pas');
  await expect(page.getByText('Un instant…')).toHaveCount(0);
  await context.setOffline(false);
  await page.getByRole('link', { name: 'Retour au dossier' }).click();
  await change.click();
  await expect(page.getByLabel('Par ma collectivité')).toBeVisible();
  await page.reload(); // the form's own address
  await expect(page.getByLabel('Par ma collectivité')).toBeVisible();
});

test('the list without network shows no stale seat as fresh', async ({ page, site, context, allow }) => {
  allow(/ERR_INTERNET_DISCONNECTED/);
  await page.clock.install();
  await page.goto(site);
  await expect(page.locator('.seats').first()).toBeVisible();
  await context.setOffline(true);
  await page.clock.runFor(35_000);
  await expect(page.getByText('Le réseau ne répond plus')).toBeVisible();
  await expect(page.locator('.seats')).toHaveCount(0);
  await expect(page.getByText('Places : non vérifiées').first()).toBeVisible();
});

test.describe('with the service worker', () => {
  test.use({ serviceWorkers: 'allow' });

  test('without network: the guide opens, my file shows its last state, seats are not invented', async ({
    page,
    site,
    context,
    allow,
  }) => {
    allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource/);
    const session = await sessionNamed(site, 'budget-visio');
    const { link, enrolment } = await enrolByAPI(site, session.id);
    await page.goto(link.replace(/^https?:\/\/[^/]+/, site));
    await expect(page.locator('.reference')).toHaveText(enrolment.reference);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      if (!navigator.serviceWorker.controller)
        await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }));
    });
    await context.setOffline(true);
    await page.goto(`${site}/guide/dife/`);
    await expect(heading(page, 'Payer avec son DIFE')).toBeVisible();
    await page.goto(link.replace(/^https?:\/\/[^/]+/, site));
    await expect(page.getByText('Voici votre dossier tel qu’il était')).toBeVisible();
    await expect(page.locator('.reference')).toHaveText(enrolment.reference);
    await page.getByRole('link', { name: 'Changer de façon de payer' }).click();
    await expect(page.getByLabel('Par ma collectivité')).toBeVisible(); // its forms were kept with the page
    await page.goto(`${site}/dossier/#${enrolment.id}.1.wrong.token`);
    await expect(page.getByText('n’a pas encore été ouvert sur cet appareil')).toBeVisible();
    await page.goto(site);
    await expect(page.getByText('Nous ne montrons pas d’anciennes places')).toBeVisible();
    await context.setOffline(false);
  });
});
