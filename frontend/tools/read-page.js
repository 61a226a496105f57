// Reads the personal page as words: for each line of the input, {"at": instant, "file": answer of the API}, a line with what the page
// itself (src/app/file/home.ts) says then, as a JSON string. infra/walk prints it beside the mails of the day.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { contentPlugin, frontend } from './content.js';

const folder = mkdtempSync(join(tmpdir(), 'echarpe-page-'));
const outfile = join(folder, 'home.mjs');
await build({
  absWorkingDir: frontend,
  entryPoints: ['src/app/file/home.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'error',
  plugins: [contentPlugin()],
});
globalThis.location = { hash: '', search: '' };
const { home } = await import(outfile);
rmSync(folder, { recursive: true });

/** A template as the HTML it would make, without what is bound to it. */
function flat(value) {
  if (Array.isArray(value)) return value.map(flat).join('');
  if (value?._$litType$ !== undefined)
    return value.strings.map((s, i) => s + (i < value.values.length ? bound(s, value.values[i]) : '')).join('');
  return ['string', 'number'].includes(typeof value) ? String(value).replace(/&/g, '&amp;').replace(/</g, '&lt;') : '';
}

/** An attribute that is switched (?open=) keeps its name when it is on; a listener keeps nothing. */
const bound = (before, value) =>
  /[@?]\w+=$/.test(before) ? (/\?\w+=$/.test(before) && value ? '"on"' : '""') : flat(value);

function words(html) {
  const [told] = html
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/\s+/g, (blank) => (blank.includes('\u00a0') ? blank : ' '))
    .split('<h2>Votre session</h2>');
  return told
    .replace(/<details[^>]*\?open=""[\s\S]*?<summary>([\s\S]*?)<\/summary>[\s\S]*?<\/details>/g, '<p>$1</p>')
    .replace(/<h4>En cas de difficulté<\/h4>\s*<ul>[\s\S]*?<\/ul>|<ul class="(links|options)">[\s\S]*?<\/ul>/g, '')
    .replace(/<(button|a)\b[^>]*class="button[^>]*>([\s\S]*?)<\/\1>/g, (_, __, label) => `<p>[ ${label.trim()} ]</p>`)
    .replace(/<h1[^>]*>/g, '<p># ')
    .replace(/<h2[^>]*>/g, '<p>## ')
    .replace(/<li[^>]*>/g, '<p>- ')
    .replace(/<dd[^>]*>/g, ' : ')
    .replace(/<(\/?(p|div|ul|li|h\d|details|summary|dl)\b|br)[^>]*>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/[ \t]*\n\s*/g, '\n')
    .replace(/[ \t\n]+:[ \t\n]+/g, ' : ')
    .replace(/&lt;/g, '<')
    .replace(/&amp;/g, '&')
    .trim();
}

for await (const line of createInterface({ input: process.stdin })) {
  const { at, file } = JSON.parse(line);
  Date.now = () => Date.parse(at);
  process.stdout.write(
    `${JSON.stringify(words(flat(home({ errors: {}, values: {}, said: '', busy: false }, file))))}\n`,
  );
}
