import { expect, it } from 'vitest';
import { rowsOf } from '../../src/app/equipe/copy-sheet.js';
import type { FormationText, OrganisationText, Outcome, SessionText } from '../../src/app/equipe/contract.js';
import { loadOrganisation } from '../../tools/content.js';

const formation = { title: 'Le budget', theme: 'Finances', hours: 12, programme: ['Lire', 'Voter'] } as FormationText;
const session = {
  id: 'budget-1',
  capacity: 12,
  place: 'Maison',
  address: '1 rue',
  halfDays: ['2027-01-14', '2027-01-14', '2027-01-15', '2027-01-15'].map((date) => ({ date, start: '', end: '' })),
} as SessionText;
const shown = { taxedCents: 63600, halfDays: [], place: 'Maison' } as unknown as NonNullable<Outcome['public']>;
const us = loadOrganisation() as OrganisationText;
const sheet = (o = us) =>
  Object.fromEntries(rowsOf(formation, session, shown, o).map(([title, rows]) => [title, Object.fromEntries(rows)]));

it('has what the help of Mon Compte Formation names for each of its three forms', () => {
  const { Formation, Action, Session } = sheet();
  // Type d’action, certification ou thématique visée, objectifs, contenu pédagogique, résultats attendus.
  for (const field of [
    'Type d’action',
    'Thème du répertoire',
    'Objectifs',
    'Contenu pédagogique',
    'Résultats attendus',
  ])
    expect(Formation).toHaveProperty(field);
  // Prérequis, modalités d’admission, prix, lieu, durée, rythme, modalités d’enseignement.
  for (const field of [
    'Prérequis',
    'Modalités d’admission',
    'Prix toutes taxes comprises',
    'Lieu',
    'Durée',
    'Modalité d’enseignement',
  ])
    expect(Action).toHaveProperty(field);
  expect(Action!['Rythme']).toBe('4\u00a0demi-journées sur 2\u00a0jours');
  // Date de début et de fin, modalités d’inscription, contact.
  expect(Session).toMatchObject({ 'Date de début': '14/01/2027', 'Date de fin': '15/01/2027' });
  expect(Session).toMatchObject({
    'Contact d’inscription': us.name,
    'Courriel du contact': us.email,
    'Téléphone du contact': us.phone,
  });
});

it('says in how many days a request is answered, as the settings do', () => {
  const said = (difeAnswerDays?: number) => sheet({ ...us, difeAnswerDays })['Session']!['Modalités d’inscription'];
  expect(said(0)).toContain('le jour même');
  expect(said(1)).toContain('un jour ouvré');
  for (const days of [2, undefined]) expect(said(days)).toContain('deux jours ouvrés');
});
