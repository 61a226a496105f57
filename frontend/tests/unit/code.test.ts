import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digest, whose } from '../../src/app/sheet/code.js';
import type { SheetData } from '../../src/app/sheet/taps.js';

const mark = 'budget-nantes.1.p.q83vEjRWeJASNFZ4kBI0Vg';
const known = createHash('sha256').update(mark).digest().subarray(0, 16).toString('base64url');
const sheet: SheetData = {
  session: { id: 'budget-nantes', title: 'Budget', start: '2027-03-11T08:00:00Z' },
  place: 'Nantes',
  halfDays: [],
  people: [
    { id: 'a', name: 'Awa Ndiaye', codes: ['other', known], marks: {} },
    { id: 'b', name: 'Inès Imprévue', marks: {} },
  ],
  now: '2027-03-11T08:00:00Z',
};
const at = (text: string) => whose(`https://formation.example.fr/presence/#${text}`, sheet);

describe('the code of a convocation', () => {
  it('is its person’s, by the digest that the server makes', async () => {
    expect(await digest(mark)).toBe(known);
    expect(await at(mark)).toMatchObject({ person: { name: 'Awa Ndiaye' } });
  });

  it('is refused in words when it is of another session, of nobody, or no such code', async () => {
    const why = async (read: ReturnType<typeof at>) => ((await read) as { why: string }).why;
    expect(await why(at(mark.replace('nantes', 'brest')))).toContain('autre session');
    expect(await why(at(mark.replace('q83', 'q84')))).toContain('ou plus');
    for (const text of [mark.slice(0, -1), `${mark}x`, mark.replace('.p.', '.h.'), ''])
      expect(await why(at(text))).toContain('pas un code de présence');
    expect(await why(whose('https://exemple.fr', sheet))).toContain('pas un code de présence');
  });
});
