import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/app/contract.js';
import { apply, choices, NO_FILTER, readFilter, writeFilter } from '../../src/app/sessions/filter.js';

const now = Date.parse('2026-11-22T12:00:00Z');
const session = (id: string, theme: string, place: string, remote: boolean, start: string, dife: boolean) =>
  ({
    id,
    formation: { theme },
    place,
    remote,
    halfDays: [{ start, end: start }],
    funding: { dife: { open: dife }, collectivite: { open: true }, personnel: { open: true } },
  }) as Session;
const all = [
  session('a', 'Finances', 'Nantes', false, '2026-12-31T23:30:00Z', true),
  session('b', 'Urbanisme', 'À distance', true, '2026-12-10T08:00:00Z', false),
];
const ids = (more: object) => apply({ ...NO_FILTER, ...more }, all, now).map((s) => s.id);

describe('filters', () => {
  it('by theme, place, video, month (Paris) and way to pay', () => {
    expect(ids({})).toEqual(['a', 'b']);
    expect(ids({ theme: 'Finances' })).toEqual(['a']);
    expect(ids({ lieu: 'visio' })).toEqual(['b']);
    expect(ids({ lieu: 'salle' })).toEqual(['a']);
    expect(ids({ lieu: 'Nantes' })).toEqual(['a']);
    expect(ids({ mois: '2027-01' })).toEqual(['a']);
    expect(ids({ paiement: 'dife' })).toEqual(['a']);
    expect(ids({ paiement: 'inconnu' })).toEqual(['a', 'b']);
  });
  it('go to the address and back', () => {
    const filter = { ...NO_FILTER, lieu: 'Maison des communes, Nantes', paiement: 'dife' };
    expect(readFilter(writeFilter(filter))).toEqual(filter);
    expect(writeFilter(NO_FILTER)).toBe('');
  });
  it('offer what there is', () => {
    expect(choices(all).themes).toEqual(['Finances', 'Urbanisme']);
    expect(choices(all).places).toEqual(['Nantes']);
    expect(choices(all).months.map(([key]) => key)).toEqual(['2026-12', '2027-01']);
  });
});
