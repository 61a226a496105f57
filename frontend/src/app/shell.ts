/** Has the service worker keep this page too: a reload in a dead zone comes back to it. */
export async function keepShell() {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  await serviceWorker.ready;
  if (!serviceWorker.controller)
    await new Promise((done) => serviceWorker.addEventListener('controllerchange', done, { once: true }));
  const parts = document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>('script[src], link[rel=stylesheet]');
  const addresses = [...parts].map((part) => ('src' in part ? part.src : part.href));
  await Promise.all([location.pathname, ...addresses].map((address) => fetch(address).catch(() => undefined)));
}
