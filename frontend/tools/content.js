// What the site takes from the guide and from the organisation's catalogue, read at build time.
// Tolerant with the catalogue's fields (a small default stands in for what is missing), strict with the guide.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

export const frontend = resolve(import.meta.dirname, '..');
const root = resolve(frontend, '..');

/** The guide's confidence levels that may be shown (COM and MEM may not). */
const CONFIRMED = new Set(['GUIDE', 'OFF', 'SEC', 'EST', 'PROP']);

export function loadGuide(file = resolve(root, 'internal/guide/content/guide.yaml')) {
  return resolveLinks(parse(readFileSync(file, 'utf8')));
}

/** The organisation of a catalogue, `CATALOGUE` from the project's root; the sample's without one. A name that is no file is refused: pages
 * that name nobody were published once. */
export function loadOrganisation(file = process.env.CATALOGUE || 'infra/catalogue/sample.yaml') {
  const read = parse(readFileSync(resolve(root, file), 'utf8')).organisation ?? {};
  return { name: 'L’organisme de formation', address: [], email: '', phone: '', ...read };
}

/** What the public pages say of the organisation, as they were built: its settings may have been edited since. */
export function saidByPages(organisation) {
  const said = {};
  const plain = 'name legalForm siret nda ndaRegion email phone dpoContact publisher host mediator';
  for (const name of plain.split(' ')) said[name] = oneLine(organisation[name]);
  return {
    ...said,
    address: organisation.address.map(oneLine).join(', '),
    agrement: oneLine(organisation.agrement?.number),
  };
}

const oneLine = (text = '') => String(text).trim().replace(/\s+/g, ' ');

/** The value of a dated rule on a day, or undefined when nothing confirmed holds then. */
export function ruleOn(guide, key, day = new Date().toISOString().slice(0, 10)) {
  const holds = (r) =>
    r.key === key && CONFIRMED.has(r.confidence) && iso(r.from) <= day && (!r.until || iso(r.until) >= day);
  return guide.rules.findLast(holds)?.value;
}

/** The part of the content that the scripts need: short, as it weighs on every page. */
export function scriptContent(guide, organisation) {
  const mode = ({ title, short, asks }) => ({ title, short, asks });
  return {
    organisation: { name: organisation.name, phone: organisation.phone, email: organisation.email },
    helpline: { label: guide.helpline.label, number: guide.helpline.number, text: guide.helpline.text },
    modes: Object.fromEntries(Object.entries(guide.modes).map(([key, m]) => [key, mode(m)])),
    identityDelays: Object.fromEntries(identityOptions(guide).map((o) => [o.key, o.delay])),
    authorityDuty: guide.modes.collectivite.intro[0],
  };
}

/** What only the pages with questions and answers need: whoever looks for a session does without its weight. */
export function answersContent(guide) {
  return {
    mandates: guide.mandates.map(({ key, title, dife }) => ({ key, title, dife })),
    identity: guide.identityQuestion,
  };
}

const identityOptions = (guide) => guide.modes.dife.steps.find((s) => s.key === 'identite').options;

/** Serves `import content from 'echarpe:content'` and `import answers from 'echarpe:answers'` to esbuild. */
export function contentPlugin() {
  return {
    name: 'echarpe-content',
    setup(build) {
      build.onResolve({ filter: /^echarpe:(content|answers)$/ }, ({ path }) => ({ path, namespace: 'echarpe' }));
      build.onLoad({ filter: /.*/, namespace: 'echarpe' }, ({ path }) => ({
        contents: JSON.stringify(
          path === 'echarpe:answers' ? answersContent(loadGuide()) : scriptContent(loadGuide(), loadOrganisation()),
        ),
        loader: 'json',
      }));
    },
  };
}

function resolveLinks(guide) {
  const shown = (id) => {
    const link = guide.links[id];
    if (!link) throw new Error(`guide: no link named ${id}`);
    return {
      id,
      title: link.title,
      verified: link.verified,
      url: link.verified ? link.url : (link.fallback ?? link.url),
    };
  };
  const links = (ids) => (ids ?? []).map(shown);
  for (const mode of Object.values(guide.modes)) {
    mode.more = links(mode.more);
    for (const step of mode.steps) {
      step.links = links(step.links);
      step.options = (step.options ?? []).map((o) => ({ ...o, links: links(o.links) }));
    }
  }
  return guide;
}

function iso(day) {
  return day instanceof Date ? day.toISOString().slice(0, 10) : String(day);
}
