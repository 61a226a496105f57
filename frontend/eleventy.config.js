// Pages: Nunjucks templates in src/pages, layouts in src/layouts, data in src/data.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { frontend, loadGuide, loadOrganisation, ruleOn, saidByPages } from './tools/content.js';

export default function (eleventy) {
  const json = (file) => JSON.parse(readFileSync(resolve(frontend, file), 'utf8'));
  eleventy.addGlobalData('guide', () => loadGuide());
  eleventy.addGlobalData('organisation', () => loadOrganisation());
  eleventy.addGlobalData('assets', () => json('.cache/assets.json'));
  eleventy.addGlobalData('steps', () => json('src/app/enrol/steps.json'));
  eleventy.addGlobalData('builtOn', () => frenchDay(new Date()));
  eleventy.addFilter('rule', (guide, key) => ruleOn(guide, key));
  eleventy.addFilter('saidByPages', (organisation) => JSON.stringify(saidByPages(organisation)));
  eleventy.addFilter('frenchDay', (day) => frenchDay(new Date(day)));
  eleventy.addFilter('phone', (text) =>
    text.replace(/\b0\d(?: \d\d){4}\b/g, (n) => `<span class="nowrap">${n}</span>`),
  );
  eleventy.addFilter('tel', (number) => number.replace(/\s/g, ''));
  eleventy.addTransform('lines', (content, path) =>
    path?.endsWith('.html') ? content.replace(/\n\s*/g, '\n') : content,
  );
  return {
    dir: { layouts: '../layouts', includes: '../layouts', data: '../data' },
    templateFormats: ['njk'],
    htmlTemplateEngine: 'njk',
  };
}

function frenchDay(date) {
  return new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'Europe/Paris' })
    .format(date)
    .replace(/^1 /, '1er ');
}
