import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/app/contract.js';
import {
  elsewhere,
  sayCost,
  sayDay,
  sayHalfDays,
  sayHour,
  sayHours,
  sayLongDay,
  sayPrice,
  sayRank,
  saySeats,
} from '../../src/app/french.js';

const plain = (text: string) => text.replace(/\s/g, ' ');
const session = (more: Partial<Session>) => ({ seatsLeft: 5, waiting: 0, status: 'open', ...more }) as Session;

describe('Paris hours', () => {
  it('are Paris’s in winter and in summer', () => {
    expect(plain(sayHour('2027-01-14T08:00:00Z'))).toBe('9 h');
    expect(plain(sayHour('2027-07-14T07:30:00Z'))).toBe('9 h 30');
  });
  it('keep the Paris day late in the evening, both nights when clocks change', () => {
    expect(plain(sayDay('2027-03-27T23:30:00Z'))).toBe('dimanche 28 mars');
    expect(plain(sayHour('2027-03-28T01:00:00Z'))).toBe('3 h');
    expect(plain(sayHour('2027-10-31T01:00:00Z'))).toBe('2 h');
    expect(plain(sayDay('2026-12-20T22:59:59Z'))).toBe('dimanche 20 décembre');
  });
  it('say « 1er »', () => expect(plain(sayLongDay('2027-02-01T09:00:00Z'))).toBe('lundi 1er février 2027'));
  it('group the half-days of a day', () => {
    const days = sayHalfDays([
      { start: '2027-01-14T08:00:00Z', end: '2027-01-14T11:30:00Z' },
      { start: '2027-01-14T13:00:00Z', end: '2027-01-14T16:30:00Z' },
      { start: '2027-01-15T08:00:00Z', end: '2027-01-15T11:30:00Z' },
    ]);
    expect(days.map(plain)).toEqual([
      'jeudi 14 janvier 2027, de 9 h à 12 h 30 et de 14 h à 17 h 30',
      'vendredi 15 janvier 2027, de 9 h à 12 h 30',
    ]);
  });
  it('are named when the reader is elsewhere', () => {
    const zone = process.env.TZ;
    process.env.TZ = 'Indian/Reunion';
    expect(elsewhere(new Date('2027-01-14T08:00:00Z'))).toBe(true);
    process.env.TZ = 'Europe/Brussels';
    expect(elsewhere(new Date('2027-01-14T08:00:00Z'))).toBe(false);
    process.env.TZ = zone;
  });
});

describe('counts', () => {
  it.each([
    [{ seatsLeft: 12 }, '12 places restantes', 'many'],
    [{ seatsLeft: 2 }, '2 places restantes', 'few'],
    [{ seatsLeft: 1 }, '1 place restante', 'few'],
    [{ seatsLeft: 0 }, 'Complet : liste d’attente ouverte', 'full'],
    [{ seatsLeft: 1, waiting: 3 }, 'Complet : liste d’attente ouverte', 'full'],
    [{ status: 'closed' as const }, 'Inscriptions closes', 'closed'],
    [{ status: 'cancelled' as const }, 'Session annulée', 'closed'],
  ])('%o: %s', (more, text, level) => {
    const said = saySeats(session(more));
    expect(plain(said.text)).toBe(text);
    expect(said.level).toBe(level);
  });
  it('a rank, and no number beyond a thousand', () => {
    expect(plain(sayRank(1000))).toBe('au rang 1000');
    expect(plain(sayRank(1001))).toBe('au-delà du rang 1 000');
  });
  it('prices and lengths', () => {
    expect(plain(sayPrice(53000))).toBe('530 €');
    expect(plain(sayPrice(109050))).toBe('1 090,50 €');
    expect(plain(sayCost({ priceCents: 53000, taxedCents: 63600 } as Session['formation']))).toBe(
      '636 € TTC (530 € HT)',
    );
    expect(plain(sayCost({ priceCents: 53000, taxedCents: 53000 } as Session['formation']))).toBe('530 €, sans TVA');
    expect(plain(sayCost({ priceCents: 53000 } as Session['formation']))).toBe('530 € hors taxes');
    expect(plain(sayHours(7))).toBe('7 heures');
    expect(plain(sayHours(3.5))).toBe('3,5 heures');
    expect(plain(sayHours(1.5))).toBe('1,5 heure');
  });
});
