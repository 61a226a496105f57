// pages: pa11y (HTML_CodeSniffer, WCAG 2.1 AA) finds no error on the main pages of the running product (infra/tools/whole):
// the list, a session, each step of the form, a file, the contact's page, the guide, what the law asks for.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const require = createRequire(resolve(import.meta.dirname, '../../.tools/pa11y/package.json'));
const pa11y = require('pa11y');
const puppeteer = require('puppeteer');
const { SITE, MAIL } = process.env;

// The team's pages keep their place behind a #: it names no element.
const ROUTES = ['WCAG2AA.Principle2.Guideline2_4.2_4_1.G1,G123,G124.NoSuchID'];

async function ask(method, path, body, token) {
  const answer = await fetch(SITE + path, {
    method,
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID(), ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Waits for what a pattern finds in the mails of an address; the clock goes on meanwhile, for offices write in opening hours. */
async function mailed(address, pattern, advance) {
  for (let tries = 0; tries < 60; tries++) {
    const { emails } = await (await fetch(`${MAIL}/store`)).json();
    const text = emails.filter((m) => JSON.stringify(m.destination).includes(address)).map((m) => m.body.text).join('\n');
    const found = pattern.exec(text);
    if (found) return found;
    if (advance) await ask('POST', '/_local/clock', { advance });
    await new Promise((r) => setTimeout(r, 500));
  }
  throw new Error('a mail did not come');
}

const email = `jeanne.${randomUUID().slice(0, 8)}@mairie-exemple.fr`;
const { sessions } = await ask('GET', '/api/sessions');
const session = sessions.find((s) => s.funding.collectivite.open && s.funding.dife.open && s.seatsLeft > 0);
const enrol = (funding, email, more) =>
  ask('POST', '/api/enrolments', {
    sessionId: session.id,
    funding,
    person: { firstName: 'Jeanne', lastName: 'Le Goff', birthName: funding === 'dife' ? 'Martin' : undefined, email },
    mandate: { kind: 'adjoint', authority: 'Commune de Clisson' },
    consent: true,
    ...more,
  });
await enrol('collectivite', email, { authorityContact: { name: 'Secrétariat', email: `sg.${email}` } });
const [file, id, token] = await mailed(email, /\/dossier\/#([a-z0-9]+)\.(\d+\.m\.[\w-]+)/);
await ask('GET', `/api/enrolments/${id}`, undefined, token);
const [papers] = await mailed(`sg.${email}`, /\/papiers\/#[\w.-]+\w/, '4h');
const fresh = await enrol('dife', `b.${email}`);
const held = new URL(fresh.link);

const steps = ['financement', 'aide-mandat', 'aide-collectivite', 'aide-conseil', 'identite-numerique', 'identite-reponse', 'nom', 'coordonnees', 'mandat', 'collectivite', 'verification'];
const draft = {
  session,
  funding: 'dife',
  identity: 'oui',
  helping: true,
  seat: 'conseil',
  authorityPays: 'non',
  person: { title: 'Madame', firstName: 'Jeanne', lastName: 'Le Goff', birthName: 'Martin', email, phone: '06 12 34 56 78' },
  mandate: { kind: 'adjoint', authority: 'Commune de Clisson' },
  contact: {},
  typed: {},
  answered: steps,
};
const paths = [
  '/',
  `/session/?id=${session.id}`,
  ...steps.map((step) => `/inscription/${step}/`),
  file,
  held.pathname + held.hash,
  papers,
  ...['guide', 'guide/dife', 'guide/collectivite', 'guide/personnel', 'lien-perdu', 'plan-du-site', 'mentions-legales', 'donnees-personnelles', 'accessibilite', 'equipe', 'borne', 'feuille', 'presence'].map((p) => `/${p}/`),
];

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
const questions = new Set();
let errors = 0;
for (const path of paths) {
  const page = await browser.newPage();
  await page.setViewport({ width: 360, height: 740 });
  await page.evaluateOnNewDocument((kept) => {
    try {
      sessionStorage.setItem('echarpe.inscription', kept);
    } catch {
      // a page without storage
    }
  }, JSON.stringify(draft));
  await page.goto(SITE + path, { waitUntil: 'networkidle0' });
  const h1 = await page.$eval('h1', (e) => e.textContent.trim());
  const found = await pa11y(page.url(), { browser, page, ignoreUrl: true, standard: 'WCAG2AA', ignore: path === '/equipe/' ? ROUTES : [] });
  if (path.startsWith('/inscription/')) questions.add(h1);
  for (const issue of found.issues) console.log(`pages: ${path.replace(/#.*/, '')} (${h1}): ${issue.code} ${issue.message} ${issue.selector} ${issue.context}`);
  errors += found.issues.length;
  await page.close();
}
await browser.close();
// A step that the form does not let in shows another one instead.
if (questions.size !== steps.length) {
  console.log(`pages: ${steps.length} steps of the form, but ${questions.size} questions: ${[...questions].join(' | ')}`);
  errors++;
}
console.log(`pages: ${paths.length} pages read by pa11y, ${errors} errors`);
process.exit(errors ? 1 : 0);
