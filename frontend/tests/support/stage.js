// A stage for the pages: serves dist/ with the headers of headers.json, and the made-up scenes under /api. For pictures,
// budgets, Lighthouse and accessibility checks only.
import { createServer } from 'node:http';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { frontend } from '../../tools/content.js';
import { emptied, markedByTeam, room } from './room.js';
import { authority, file, files, sessions } from './scenes.js';

const { headers, camera, scans, cache, notFound } = JSON.parse(readFileSync(resolve(frontend, 'headers.json'), 'utf8'));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};
const keep = (path) =>
  cache.filter((r) => path.startsWith(r.prefix)).sort((a, b) => b.prefix.length - a.prefix.length)[0].value;

export async function stage(port = 0) {
  const server = createServer((req, res) => answer(req, res).catch((e) => res.writeHead(500).end(String(e))));
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function answer(req, res) {
  const { pathname, searchParams } = new URL(req.url, 'http://stage');
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (pathname.startsWith(camera.prefix))
    res.setHeader('Permissions-Policy', headers['Permissions-Policy'].replace('camera=()', 'camera=(self)'));
  if (pathname.startsWith(scans.prefix))
    res.setHeader('Content-Security-Policy', headers['Content-Security-Policy'].replace("img-src 'self'", '$& blob:'));
  if (pathname.startsWith('/api/')) return api(req, res, pathname, searchParams);
  const found = find(pathname);
  send(
    req,
    res,
    found ? 200 : 404,
    types[extname(found ?? notFound)],
    readFileSync(found ?? resolve(frontend, `dist${notFound}`)),
    keep(pathname),
  );
}

function find(pathname) {
  let path = join(frontend, 'dist', decodeURIComponent(pathname));
  if (existsSync(path) && statSync(path).isDirectory()) path = join(path, 'index.html');
  return existsSync(path) ? path : undefined;
}

function send(req, res, status, type, body, cacheControl = 'no-store') {
  const brotli = /\bbr\b/.test(req.headers['accept-encoding'] ?? '') && !/png/.test(type);
  res.writeHead(status, {
    'Content-Type': type,
    'Cache-Control': cacheControl,
    ...(brotli ? { 'Content-Encoding': 'br' } : {}),
  });
  res.end(brotli ? brotliCompressSync(body) : body);
}

async function api(req, res, path, query) {
  const json = (status, value) =>
    send(
      req,
      res,
      status,
      status < 400 ? 'application/json' : 'application/problem+json',
      Buffer.from(JSON.stringify(value)),
    );
  const [, , kind, id, ...rest] = path.split('/');
  const body = await text(req);
  if (kind === '_bucket') return void res.writeHead(204).end();
  if (kind === 'sessions' && !id) return json(200, { sessions: narrowed(query), choices });
  if (kind === 'seats')
    return json(200, { seats: narrowed(query).map(({ id, seatsLeft, waiting }) => ({ id, seatsLeft, waiting })) });
  if (kind === 'sessions')
    return one(
      json,
      sessions.find((s) => s.id === id),
    );
  if (kind === 'attendance') return room(req.method, id, rest, body, json);
  if (kind === '_emptied') return void (emptied(), json(200, {}));
  if (kind === '_team') return void (markedByTeam(...JSON.parse(body)), json(200, {}));
  if (kind === 'links' || rest[0] === 'unsubscription') return json(202, {});
  if (kind === 'enrolments' && !id) return enrol(json, JSON.parse(body));
  if (kind === 'groups' && !id) return council(json, JSON.parse(body));
  if (kind === 'enrolments' && rest.length === 0) return one(json, files[id]);
  if (kind === 'enrolments' && rest[0] === 'scans') return scan(req.method, files[id], body, json);
  if (kind === 'enrolments' && rest[0] === 'papers') return one(json, papersOf(files[id]));
  return json(404, problem(404, 'not-found'));
}

const monthOf = (s) => s.halfDays[0].start.slice(0, 7);
const distinct = (values) => [...new Set(values)].sort();
const choices = {
  themes: distinct(sessions.map((s) => s.formation.theme).filter(Boolean)),
  places: distinct(sessions.filter((s) => !s.remote).map((s) => s.place)),
  months: distinct(sessions.map(monthOf)),
};

/** The filters that the scenes need, as the API applies them. */
const narrowed = (query) =>
  sessions.filter(
    (s) => (query.get('place') !== 'visio' || s.remote) && (!query.get('month') || monthOf(s) === query.get('month')),
  );

const papersOf = (f) =>
  f && {
    reference: f.reference,
    name: 'Jeanne Le Goff',
    authority: f.mandate.authority,
    session: f.session,
    papers: f.papers.filter((p) => ['certificat', 'certificats', 'devis', 'programme', 'convention'].includes(p.kind)),
    ...authority,
    ...f.said,
  };

/** The pages of a signed convention: taken, and thrown away. */
function scan(method, f, body, json) {
  if (method === 'PUT')
    return json(200, { ...papersOf(f), convention: { at: f.createdAt, scan: { sentAt: f.createdAt, pages: 3 } } });
  const pages = JSON.parse(body).pages.map((_, i) => ({
    number: i + 1,
    received: false,
    upload: { url: '/api/_bucket', fields: { key: 'exemple' } },
  }));
  return json(201, { scan: 'exemple', expiresAt: f.createdAt, pages });
}

const one = (json, value) => (value ? json(200, value) : json(404, problem(404, 'not-found')));
const problem = (status, slug) => ({
  type: `/problems/${slug}`,
  title: slug,
  status,
  detail: 'Introuvable.',
  requestId: 'exemple',
});

function enrol(json, { sessionId, funding }) {
  const session = sessions.find((s) => s.id === sessionId);
  const full = session.seatsLeft === 0;
  const made = file('dife', funding, full ? 'waiting' : 'reserved', { session, position: full ? 4 : undefined });
  return json(201, { enrolment: made, link: '/dossier/#dife.1.holder.exemple' });
}

/** A council: the first of the list sit, the others wait. */
function council(json, { sessionId, people }) {
  const { seatsLeft } = sessions.find((s) => s.id === sessionId);
  return json(201, {
    reference: 'EC-7KQ4-M9F2',
    people: people.map((p, i) => ({ name: `${p.firstName} ${p.lastName}`, seat: i < seatsLeft })),
    link: 'https://formations.example/papiers/#collectivite.1.authority.exemple',
  });
}

async function text(req) {
  let all = '';
  for await (const chunk of req) all += chunk;
  return all;
}

if (process.argv[1] === import.meta.filename) console.log((await stage(Number(process.env.PORT ?? 0))).url);
