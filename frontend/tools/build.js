// npm run build: the whole site into dist/. Scripts and styles first (their names carry a hash), then the pages that
// name them, then the service worker that lists everything.
import { rmSync, mkdirSync, cpSync, writeFileSync } from 'node:fs';
import { resolve, basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import Eleventy from '@11ty/eleventy';
import { injectManifest } from 'workbox-build';
import { contentPlugin, frontend } from './content.js';

const dist = resolve(process.env.DIST ?? resolve(frontend, 'dist'));
const cache = resolve(frontend, '.cache');

async function main() {
  for (const dir of [dist, cache]) rmSync(dir, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  cpSync(resolve(frontend, 'src/static'), dist, { recursive: true });
  const assets = await bundle();
  mkdirSync(cache, { recursive: true });
  writeFileSync(resolve(cache, 'assets.json'), JSON.stringify(assets, null, 2));
  await pages();
  await serviceWorker();
}

/** Bundles scripts and styles; gives for each entry its address and those of what it imports. */
async function bundle() {
  const worker = await bundleOf(['src/app/worker.ts'], { format: 'iife', splitting: false });
  const define = { WORKER: JSON.stringify(address(Object.keys(worker.metafile.outputs)[0])) };
  const pages = ['sessions', 'session', 'enrol', 'group', 'file', 'papers', 'lost'].map((e) => `src/app/${e}.ts`);
  const styles = ['guide', 'app', 'papers', 'kiosk', 'sheet', 'equipe'].map((s) => `src/styles/${s}.css`);
  // The kiosk, the sheet and the organisation's pages are bundled apart, so that the pages of a telephone share one file and not a dozen.
  const apart = ['kiosk', 'sheet', 'equipe'];
  const results = await Promise.all([
    bundleOf([...pages, ...styles], { define }),
    // What one of these loads later goes by its name, by which the service worker knows what not to keep for everyone.
    ...apart.map((e) => bundleOf([`src/app/${e}.ts`], { define, chunkNames: `${e}-[name]-[hash]` })),
  ]);
  const outputs = Object.assign({}, ...results.map((r) => r.metafile.outputs));
  const assets = { js: {}, css: {} };
  for (const [file, output] of Object.entries(outputs)) {
    if (!output.entryPoint) continue;
    const name = basename(output.entryPoint).replace(/\.(ts|css)$/, '');
    if (file.endsWith('.css')) assets.css[name] = address(file);
    else assets.js[name] = { src: address(file), imports: imports(outputs, file).map(address) };
  }
  return assets;
}

const address = (file) => `/assets/${basename(file)}`;

function bundleOf(entryPoints, more) {
  return build({
    absWorkingDir: frontend,
    entryPoints,
    outdir: join(dist, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: 'shared-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: ['es2022', 'safari15'],
    minify: true,
    metafile: true,
    legalComments: 'none',
    charset: 'utf8',
    plugins: [contentPlugin()],
    ...more,
  });
}

function imports(outputs, file, seen = new Set()) {
  for (const { path, kind } of outputs[file].imports) {
    if (kind === 'import-statement' && !seen.has(path)) {
      seen.add(path);
      imports(outputs, path, seen);
    }
  }
  return [...seen];
}

async function pages() {
  const eleventy = new Eleventy(resolve(frontend, 'src/pages'), dist, {
    configPath: resolve(frontend, 'eleventy.config.js'),
    quietMode: true,
  });
  await eleventy.write();
}

async function serviceWorker() {
  const source = resolve(cache, 'sw.js');
  await build({
    absWorkingDir: frontend,
    entryPoints: ['src/app/sw.ts'],
    outfile: source,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
  });
  const { warnings } = await injectManifest({
    swSrc: source,
    swDest: join(dist, 'sw.js'),
    globDirectory: dist,
    globPatterns: ['**/*.{html,js,css,svg,webmanifest}'],
    globIgnores: [
      'sw.js',
      '404.html',
      'borne/**',
      'assets/kiosk-*',
      'equipe/**',
      'assets/equipe-*',
      'feuille/**',
      'presence/**',
      'assets/sheet-*',
      'plan-du-site/**',
      'mentions-legales/**',
    ],
    dontCacheBustURLsMatching: /^assets\//,
    manifestTransforms: [(manifest) => ({ manifest: manifest.map(tidy), warnings: [] })],
  });
  for (const warning of warnings) console.warn(`service worker: ${warning}`);
}

/** A page is asked for by its folder: /guide/, not /guide/index.html. */
function tidy(entry) {
  const url = entry.url.endsWith('index.html') ? `${dirname(entry.url)}/`.replace(/^\.\//, '') : entry.url;
  return { ...entry, url: `/${url}` };
}

await main();
