import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// The screens' own check sees what a journey shows; a refusal between quotes is shown by few.
it('no sentence between quotes breaks a line before « : ; ! ? » or inside quotation marks', () => {
  const loose = /\p{L} [:;!?»](\s|$)|« /u;
  const app = join(import.meta.dirname, '../../src/app');
  const files = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(80);
  const found = files.flatMap((file) =>
    readFileSync(join(app, file), 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(\*|\/[/*])/.test(line))
      .flatMap((line) => [...line.matchAll(/'([^'\n]*)'/g)].map((m) => m[1]!))
      .filter((text) => loose.test(text))
      .map((text) => `${file}: ${text}`),
  );
  expect(found).toEqual([]);
});
