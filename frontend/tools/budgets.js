// npm run budgets: what a first visit weighs, in a real browser, in brotli bytes and in requests. Over budget, it fails.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { frontend } from './content.js';
import { stage } from '../tests/support/stage.js';

const KB = 1024;
/**
 * Half a kilobyte more than first set: browsers of 2020 (what the compiler writes for them), links that scanners bend,
 * storage that refuses, and what search engines read. The file has two kilobytes more: withdrawing from a contract, how it
 * is paid, the papers of each step, the contact at the collectivité, one’s own address; the form half a kilobyte, for the seat that is to be confirmed; both half a
 * kilobyte for what somebody needs to follow the session; the file half a one more, for another payer.
 * all: everything; code: scripts and styles. Limits in brotli bytes and in requests (the icon and the manifest count). */
const budgets = [
  { path: '/guide/', script: 0, all: 8 * KB, requests: 5 },
  { path: '/guide/dife/', script: 0, all: 8 * KB, requests: 5 },
  { path: '/guide/collectivite/', script: 0, all: 8 * KB, requests: 5 },
  { path: '/guide/personnel/', script: 0, all: 8 * KB, requests: 5 },
  { path: '/', all: 20 * KB, requests: 9 },
  { path: '/session/?id=budget-nantes', all: 20 * KB, requests: 9 },
  { path: '/inscription/financement/?session=budget-nantes', code: 26.7 * KB, requests: 10 },
  { path: '/inscription/nom/', code: 26.7 * KB, requests: 9 },
  { path: '/groupe/?session=budget-nantes', code: 25 * KB, requests: 10 },
  { path: '/dossier/#dife.1.holder.exemple', code: 28 * KB, requests: 9 },
  { path: '/papiers/#collectivite.1.authority.exemple', code: 25 * KB, requests: 9 },
  { path: '/feuille/#budget-nantes.1.t.exemple', code: 20 * KB, requests: 7 },
  // What reads codes comes once the sheet is there, for the tablet that loses the network: on top of the sheet itself.
  { path: '/feuille/#budget-nantes.1.t.exemple', code: 38 * KB, requests: 10, then: readsCodes },
  { path: '/presence/', script: 0, all: 8 * KB, requests: 5 },
  { path: '/equipe/', script: 60 * KB, requests: 6 },
  // What draws the plots comes with the figures alone, after their tables.
  { path: '/equipe/#/chiffres', asset: /^equipe-plot-draw-/, script: 8 * KB },
  { path: '/lien-perdu/', code: 25 * KB, requests: 9 },
];

const set = await stage();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
let over = 0;
for (const budget of budgets) over += report(budget, budget.asset ? one(budget) : await visit(budget)) ? 0 : 1;
await browser.close();
set.close();
if (over) {
  console.error(`${over} page(s) over budget`);
  process.exit(1);
}

async function readsCodes(page) {
  await page.getByRole('button', { name: 'Lire les codes' }).click();
  await page.waitForLoadState('networkidle');
  await page.getByText('Touchez les noms').waitFor(); // there is no camera here
}

async function visit({ path, then }) {
  const page = await browser.newPage({ viewport: { width: 360, height: 740 }, serviceWorkers: 'block' });
  const seen = [];
  page.on('requestfinished', (request) => seen.push(weigh(request)));
  await page.goto(set.url + path, { waitUntil: 'networkidle' });
  await then?.(page);
  // The browser hides its requests for the icon and the manifest: they are fetched and counted here.
  const hidden = await page.$$eval('link[rel=icon], link[rel=manifest]', (links) => links.map((l) => l.href));
  for (const url of hidden)
    seen.push(fetch(url).then(async (r) => ({ type: 'other', size: size(Buffer.from(await r.arrayBuffer())) })));
  await page.close();
  const all = await Promise.all(seen);
  const sum = (types) => all.filter((r) => !types || types.includes(r.type)).reduce((n, r) => n + r.size, 0);
  return { requests: all.length, all: sum(), code: sum(['script', 'stylesheet']), script: sum(['script']) };
}

/** One script of the build that no page of the stage asks for: the organisation’s pages need somebody who signed in. */
function one({ asset }) {
  const folder = join(frontend, 'dist/assets');
  const found = readdirSync(folder).filter((name) => asset.test(name));
  if (found.length !== 1) throw new Error(`${found.length} files like ${asset}`);
  const script = size(readFileSync(join(folder, found[0])));
  return { requests: 1, all: script, code: script, script };
}

async function weigh(request) {
  const response = await request.response();
  return { type: request.resourceType(), size: size(await response.body().catch(() => Buffer.alloc(0))) };
}

function size(body) {
  return body.length ? brotliCompressSync(body).length : 0;
}

function report(budget, found) {
  const kb = (n) => (n / KB).toFixed(1).padStart(5);
  const kept = ['requests', 'all', 'code', 'script'].every((k) => budget[k] === undefined || found[k] <= budget[k]);
  console.log(
    `${kept ? 'ok  ' : 'OVER'} ${budget.path.padEnd(34)} ${kb(found.all)} KB in all, ${kb(found.code)} KB code, ${kb(found.script)} KB script, ${found.requests} requests`,
  );
  return kept;
}
