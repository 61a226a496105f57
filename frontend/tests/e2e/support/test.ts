import { expect, test as base, type Page } from '@playwright/test';

/**
 * A page that forgives nothing: a console error, a refusal by the content policy, an uncaught error or a request to a
 * third party (the team's issuer is none) fails the test. A test that provokes one says so with `allow`.
 */
export const test = base.extend<{ allow: (text: RegExp) => void; site: string; scenes: string }>({
  site: async ({}, use) => use(process.env.BASE_URL!),

  scenes: async ({}, use) => use(process.env.STAGE_URL!),

  allow: async ({}, use) => {
    const allowed: RegExp[] = [];
    await use(Object.assign((text: RegExp) => void allowed.push(text), { allowed }));
  },
  page: async ({ page, allow }, use) => {
    const faults: string[] = [];
    watch(page, faults);
    await use(page);
    const { allowed } = allow as unknown as { allowed: RegExp[] };
    expect(faults.filter((f) => !allowed.some((a) => a.test(f)))).toEqual([]);
  },
});

export function watch(page: Page, faults: string[]) {
  page.on('console', (m) => m.type() === 'error' && faults.push(`console: ${m.text()}`));
  page.on('pageerror', (e) => faults.push(`uncaught: ${e.message}`));
  page.on('request', (r) => {
    const own = [process.env.BASE_URL, process.env.STAGE_URL, process.env.AUTH_URL, process.env.BUCKET_URL].some(
      (u) => u && r.url().startsWith(u),
    );
    if (!own && !/^(blob|data|about):/.test(r.url())) faults.push(`third party: ${r.url()}`);
  });
}

export { expect };
