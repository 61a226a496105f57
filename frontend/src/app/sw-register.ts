import { trusted } from './trusted.js';

/** Registers the service worker once the page is quiet: the first visit spends nothing on it. */
export function registerWorker() {
  if (!('serviceWorker' in navigator)) return;
  const go = () => navigator.serviceWorker.register(trusted.scriptURL('/sw.js')).catch(() => undefined);
  addEventListener('load', () => setTimeout(go, 2000), { once: true });
  if (document.readyState === 'complete') setTimeout(go, 2000);
}
