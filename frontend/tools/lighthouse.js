// npm run lighthouse: Lighthouse (mobile) on each kind of page, best of three, with the budgets of the pages. The site is
// the stage's, or BASE_URL's. A noisy machine gets two more tries before the answer is no.
import * as chromeLauncher from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { stage } from '../tests/support/stage.js';

const pages = [
  { path: '/', performance: 98 },
  { path: '/session/?id=budget-nantes', performance: 98 },
  { path: '/inscription/financement/?session=budget-nantes', performance: 98 },
  { path: '/inscription/nom/', performance: 98 },
  { path: '/dossier/#dife.1.holder.exemple', performance: 98 },
  { path: '/papiers/#collectivite.1.authority.exemple', performance: 98 },
  { path: '/guide/', performance: 100 },
  { path: '/guide/dife/', performance: 100 },
];
const LIMITS = { 'largest-contentful-paint': 1500, 'total-blocking-time': 150, 'cumulative-layout-shift': 0.02 };
const FULL = ['accessibility', 'best-practices', 'seo'];

const set = process.env.BASE_URL ? { url: process.env.BASE_URL, close() {} } : await stage();
const chrome = await chromeLauncher.launch({
  chromePath: process.env.CHROMIUM || '/usr/bin/chromium',
  chromeFlags: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ],
});
const failures = [];
for (const page of pages) failures.push(...(await best(page)));
chrome.kill();
set.close();
if (failures.length) {
  console.error(failures.join('\n'));
  process.exit(1);
}

async function best(page) {
  let faults = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    faults = faultsOf(page, await run(page.path));
    if (!faults.length) return [];
  }
  return faults;
}

async function run(path) {
  const { lhr } = await lighthouse(set.url + path, { port: chrome.port, output: 'json', logLevel: 'error' });
  return lhr;
}

function faultsOf(page, lhr) {
  const score = (name) => Math.round((lhr.categories[name].score ?? 0) * 100);
  const value = (name) => lhr.audits[name].numericValue ?? Infinity; // a page that was not painted
  const faults = [];
  if (score('performance') < page.performance) faults.push(`performance ${score('performance')} < ${page.performance}`);
  for (const name of FULL) if (score(name) < 100) faults.push(`${name} ${score(name)} < 100 (${lost(lhr, name)})`);
  for (const [name, limit] of Object.entries(LIMITS))
    if (value(name) > limit) faults.push(`${name} ${value(name).toFixed(2)} > ${limit}`);
  const [lcp, tbt, cls] = Object.keys(LIMITS).map(value);
  console.log(
    `${faults.length ? 'over' : 'ok  '} ${page.path.padEnd(30)} ${['performance', ...FULL].map(score).join(' ')}  LCP ${(lcp / 1000).toFixed(2)} s  TBT ${Math.round(tbt)} ms  CLS ${cls.toFixed(3)}`,
  );
  return faults.map((f) => `${page.path}: ${f}`);
}

function lost(lhr, category) {
  const bad = lhr.categories[category].auditRefs.filter((r) => r.weight > 0 && (lhr.audits[r.id].score ?? 1) < 1);
  return bad.map((r) => r.id).join(', ');
}
