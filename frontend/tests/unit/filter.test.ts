import { describe, expect, it } from 'vitest';
import { active, asked, NO_FILTER, readFilter, writeFilter } from '../../src/app/sessions/filter.js';

describe('filters', () => {
  const filter = { ...NO_FILTER, lieu: 'Maison des communes, Nantes', paiement: 'dife' };
  it('go to the address and back', () => {
    expect(readFilter(writeFilter(filter))).toEqual(filter);
    expect(writeFilter(NO_FILTER)).toBe('');
    expect(active(filter)).toBe(2);
  });
  it('are asked of the API by its own names, with the page', () => {
    expect(asked(NO_FILTER)).toBe('');
    expect(asked(filter)).toBe('?place=Maison+des+communes%2C+Nantes&mode=dife');
    expect(asked({ ...NO_FILTER, theme: 'Finances', mois: '2027-01' }, 'abc')).toBe(
      '?theme=Finances&month=2027-01&cursor=abc',
    );
  });
});
