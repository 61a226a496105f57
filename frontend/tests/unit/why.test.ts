import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { why } from '../../src/app/equipe/words.js';

const booking = '../internal/booking';

/** Every reason that an act writes in a queue's history, read from the code that writes it. */
function reasons(): string[] {
  const found = new Set<string>();
  for (const name of readdirSync(booking).filter((n) => n.endsWith('.go') && !n.endsWith('_test.go'))) {
    const source = readFileSync(`${booking}/${name}`, 'utf8');
    const written =
      /(?:Reason: |\b(?:leave|giveBack|remove|offer)\([^"\n]*|edit\(ctx, id, (?="offer)|return enrolment\.Notice\w+, )"([a-z][^"]+)"/g;
    for (const [, reason] of source.matchAll(written)) found.add(reason!);
  }
  return [...found];
}

test('every reason of a queue’s history is read in French', () => {
  expect(reasons()).toContain('offer declined');
  expect(reasons().length).toBeGreaterThan(10);
  expect(reasons().filter((reason) => why(reason) === reason)).toEqual([]);
});

test('a seat given out of order keeps the words of who gave it', () => {
  expect(why('seat given out of order: une urgence')).toBe('Hors de l’ordre\u00a0: une urgence');
});
