import { describe, expect, it } from 'vitest';
import { loadOrganisation, saidByPages } from '../../tools/content.js';
import { behind } from '../../src/app/equipe/organisation.js';
import type { OrganisationText } from '../../src/app/equipe/contract.js';

const sample = loadOrganisation();
const table = sample as OrganisationText;

describe('what the public pages say of the organisation', () => {
  it('is what the settings say, as long as nobody edits them', () => {
    expect(behind(saidByPages(sample), table)).toEqual([]);
    expect(behind(saidByPages(sample), { ...table, host: ` ${table.host}\n` })).toEqual([]);
  });

  it('is behind, field by field, once they are', () => {
    const edited = { ...table, phone: '02 98 00 00 00', address: ['1 quai Neuf', '29200 Brest'], iban: 'FR00' };
    expect(behind(saidByPages(sample), edited)).toEqual(['adresse postale', 'téléphone']);
    expect(behind(saidByPages(sample), { ...table, agrement: { ...table.agrement, number: 'B' } })).toEqual([
      'numéro d’agrément',
    ]);
  });

  it('comes from a catalogue named from the project’s root, and from no other name', () => {
    expect(loadOrganisation('infra/catalogue/sample.yaml').name).toBe(sample.name);
    expect(sample.name).toContain('Écharpe');
    expect(() => loadOrganisation('mon-catalogue-oublié.yaml')).toThrow('mon-catalogue-oublié.yaml');
  });
});
