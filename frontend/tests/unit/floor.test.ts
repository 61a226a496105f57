import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { faults, frontend, programOf } from '../../tools/floor.js';

const folder = mkdtempSync(join(frontend, '.floor-'));
afterAll(() => rmSync(folder, { recursive: true }));

function lint(text: string): string {
  const file = join(folder, 'one.ts');
  writeFileSync(file, `export {};\n${text}\n`);
  return faults(programOf([file]), (name: string) => name === file).join('\n');
}

it('sees what is newer than the oldest browsers', { timeout: 120_000 }, () => {
  const said = lint(`AbortSignal.timeout(3);
crypto.randomUUID();
[1].at(-1);
structuredClone({});
Object.hasOwn({}, 'x');
document.querySelector('dialog')!.showModal();
[1].findLast(Boolean);`);
  for (const name of ['AbortSignal.timeout', 'randomUUID', 'at', 'structuredClone', 'hasOwn', 'showModal', 'findLast'])
    expect(said).toContain(`${name}: not in`);
});

it('leaves alone what they have, and what is behind a test of presence', { timeout: 120_000 }, () => {
  expect(
    lint(
      "fetch('/'); new AbortController().abort(); 'a'.replaceAll('a', 'b'); crypto.getRandomValues(new Uint8Array(1));",
    ),
  ).toBe('');
  expect(lint("// floor: guarded\nif ('randomUUID' in crypto) crypto.randomUUID(); // floor: guarded")).toBe('');
});
