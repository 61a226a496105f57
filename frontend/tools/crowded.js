// npm run crowded: what an élu's whole journey weighs and how soon the first page is there, on the real product with a large
// catalogue (SESSIONS, 2,000) behind what compresses as the content network does. Over the goals, it fails.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import * as chromeLauncher from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { parse, stringify } from 'yaml';
import { local } from '../tests/support/local.js';

const SESSIONS = Number(process.env.SESSIONS ?? 2000);
const KB = 1024;
const GOALS = { first: 20 * KB, journey: 400 * KB, paint: 1500 };
/** Lighthouse's slow 4G: 1.6 Mbit/s down, 750 kbit/s up, 150 ms. */
const SLOW = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
const root = resolve(import.meta.dirname, '../..');

const folder = mkdtempSync(join(tmpdir(), 'echarpe-crowded-'));
execFileSync('npm', ['run', '--silent', 'build'], { cwd: join(root, 'frontend'), stdio: 'ignore' });
const product = await local({ CATALOGUE: catalogue(), ABUSE_LIMITS: 'off' });
const edge = await compressing(product.site);
try {
  const { first, journey } = await enrolment(edge);
  const paint = await firstPaint(edge.url);
  const lines = [
    ['First page, all that it asks for', `${(first / KB).toFixed(1)} KB`, first <= GOALS.first],
    ['Whole journey, from the list to the confirmation', `${(journey / KB).toFixed(1)} KB`, journey <= GOALS.journey],
    ['Largest contentful paint, slow 4G (Lighthouse)', `${(paint / 1000).toFixed(2)} s`, paint <= GOALS.paint],
  ];
  console.log(`${SESSIONS} open sessions`);
  for (const [what, measured, good] of lines) console.log(`${good ? 'ok  ' : 'OVER'} ${what.padEnd(52)} ${measured}`);
  process.exitCode = lines.every(([, , good]) => good) ? 0 : 1;
} finally {
  edge.close();
  await product.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The sample's sessions again and again, each with an id of its own, over the year to come. */
function catalogue() {
  const whole = parse(readFileSync(join(root, 'infra/catalogue/sample.yaml'), 'utf8'));
  const models = whole.sessions.filter((s) => s.id !== 'urbanisme-visio');
  whole.sessions = Array.from({ length: SESSIONS }, (_, i) => {
    const model = models[i % models.length];
    const firstDay = Number(model.halfDays[0].date);
    const at = (date) => `+${30 + (i % 330) + Number(date) - firstDay}`;
    return { ...model, id: `${model.id}-${i}`, halfDays: model.halfDays.map((h) => ({ ...h, date: at(h.date) })) };
  });
  const file = join(folder, 'catalogue.yaml');
  writeFileSync(file, stringify(whole));
  return file;
}

/** What stands before the site: texts of a thousand bytes and more leave compressed. It counts the bytes of bodies that it sent. */
function compressing(site) {
  let sent = 0;
  const server = http.createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const headers = { ...req.headers };
    delete headers.host;
    const body = chunks.length ? Buffer.concat(chunks) : undefined;
    const answer = await fetch(site + req.url, { method: req.method, headers, body, redirect: 'manual' });
    const raw = Buffer.from(await answer.arrayBuffer());
    const kept = Object.fromEntries(
      [...answer.headers].filter(([name]) => !/^(content-length|connection)$/.test(name)),
    );
    const text = /text|json|javascript|svg|manifest/.test(kept['content-type'] ?? '');
    const small = !text || raw.length < 1000;
    res.writeHead(answer.status, small ? kept : { ...kept, 'content-encoding': 'br' });
    const left = small ? raw : brotliCompressSync(raw);
    sent += left.length;
    res.end(left);
  });
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () =>
      done({
        url: `http://localhost:${server.address().port}`,
        sent: () => sent,
        close: () => server.closeAllConnections() || server.close(),
      }),
    ),
  );
}

/** Bytes of bodies (HTTP/2 packs heads), without what the service worker keeps for later: of the first page, of everything until the seat is held. */
async function enrolment({ url, sent }) {
  const browser = await chromium.launch({ executablePath, args: flags.slice(1) });
  const page = await browser.newPage({
    viewport: { width: 360, height: 740 },
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    serviceWorkers: 'block',
  });
  const wire = await page.context().newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.emulateNetworkConditions', SLOW);
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.locator('.card').first().waitFor();
  const first = sent();
  const heading = (name) => page.getByRole('heading', { level: 1, name }).waitFor();
  const onward = () => page.getByRole('button', { name: 'Continuer', exact: true }).click();
  await page.locator('.card a').nth(20).click();
  await page.getByRole('link', { name: 'S’inscrire' }).click();
  await page.getByLabel('À titre personnel').check();
  await onward();
  await heading('Comment vous appelez-vous');
  await page.getByLabel('Prénom').fill('Jeanne');
  await page.getByLabel('Nom (obligatoire)', { exact: true }).fill('Le Goff');
  await onward();
  await page.getByLabel('Adresse e-mail').fill('jeanne@mairie-exemple.fr');
  await onward();
  await page.getByLabel('Adjoint ou adjointe').check();
  await onward();
  await page.getByLabel('Nom de la collectivité').fill('Commune de Clisson');
  await onward();
  await heading('Vérifiez vos réponses');
  await page.getByLabel('J’accepte').check();
  await page.getByRole('button', { name: 'Réserver ma place' }).click();
  await heading('Votre place est réservée');
  await page.waitForLoadState('networkidle');
  await browser.close();
  return { first, journey: sent() };
}

/** The best of three: the machine may be busy. */
async function firstPaint(site) {
  const chrome = await chromeLauncher.launch({ chromePath: executablePath, chromeFlags: flags });
  const paints = [];
  for (let i = 0; i < 3; i++) {
    const { lhr } = await lighthouse(site, { port: chrome.port, output: 'json', logLevel: 'error' });
    paints.push(lhr.audits['largest-contentful-paint'].numericValue ?? Infinity);
  }
  chrome.kill();
  return Math.min(...paints);
}
