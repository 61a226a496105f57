/** Registers the service worker once the page is quiet: the first visit spends nothing on it. */
export function registerWorker() {
  if (!('serviceWorker' in navigator)) return;
  const go = () => navigator.serviceWorker.register(trusted('/sw.js')).catch(() => undefined);
  addEventListener('load', () => setTimeout(go, 2000), { once: true });
  if (document.readyState === 'complete') setTimeout(go, 2000);
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

function trusted(url: string): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  return types ? types.createPolicy('echarpe', { createScriptURL: (u) => u }).createScriptURL(url) : url;
}
