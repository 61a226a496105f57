/**
 * The service worker: keeps the shell and the guide for when there is no network. It never touches /api: seats and
 * files come from the server or are shown as what they are, old. Nor the organisation's pages, which are never kept.
 */
export {};
declare const self: {
  __WB_MANIFEST: { url: string; revision: string | null }[];
  addEventListener(type: string, listener: (event: never) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
};
interface Extendable {
  waitUntil(promise: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

const files = self.__WB_MANIFEST;
const CACHE = `echarpe-${files.map((f) => f.revision ?? f.url).join('').length}-${digest(JSON.stringify(files))}`;
const PATIENCE = 4000;
/** What the worker leaves alone. */
const ELSEWHERE = /^\/(api|equipe)(\/|$)/;
/** Only tablets on a stand need the kiosk, and whoever teaches the sheet: kept once opened, not for everyone. */
const ON_DEMAND = /^\/((borne|feuille)\/$|assets\/(kiosk|sheet)-)/;

self.addEventListener('install', (event: Extendable) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event: Extendable) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});
self.addEventListener('fetch', (event: Fetching) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin || ELSEWHERE.test(url.pathname)) return;
  if (event.request.mode === 'navigate') event.respondWith(page(event.request, url.pathname));
  else if (ON_DEMAND.test(url.pathname) || files.some((f) => f.url === url.pathname))
    event.respondWith(kept(event.request, url.pathname));
});

async function keepAll() {
  const cache = await caches.open(CACHE);
  await cache.addAll(files.map((f) => new Request(f.url, { cache: f.revision ? 'reload' : 'default' })));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((n) => n.startsWith('echarpe-') && n !== CACHE).map((n) => caches.delete(n)));
}

/** The network first, so that a page is never older than it must be; what was kept when it is slow or gone. */
async function page(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const old = await cache.match(path);
  try {
    const fresh = await (old ? soon(fetch(request)) : fetch(request));
    if (ON_DEMAND.test(path) && fresh.ok) await cache.put(path, fresh.clone());
    return fresh;
  } catch {
    return old ?? (await cache.match('/hors-ligne/')) ?? Response.error();
  }
}

async function kept(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const old = await cache.match(path);
  if (old) return old;
  const fresh = await fetch(request);
  if (ON_DEMAND.test(path) && fresh.ok) await cache.put(path, fresh.clone());
  return fresh;
}

function soon<T>(promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('slow')), PATIENCE));
  return Promise.race([promise, late]);
}

function digest(text: string): string {
  let h = 5381;
  for (let i = 0; i < text.length; i++) h = ((h * 33) ^ text.charCodeAt(i)) >>> 0;
  return h.toString(36);
}
