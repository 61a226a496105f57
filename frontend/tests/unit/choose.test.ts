import { describe, expect, it } from 'vitest';
import { advise, feasibility, isOpen } from '../../src/app/choose.js';
import type { Session } from '../../src/app/contract.js';

const now = Date.parse('2026-11-22T12:00:00Z');
const later = (days: number) => new Date(now + days * 864e5).toISOString();

function session({ dife = true, closesIn = 20, post = 'in-time', paper = 'too-late' } = {}): Session {
  return {
    funding: {
      dife: dife ? { open: true, closesAt: later(closesIn) } : { open: false, reason: 'Trop tard.' },
      collectivite: { open: true, closesAt: later(40) },
      personnel: { open: true, closesAt: later(40) },
    },
    identity: {
      possible: true,
      text: '',
      ways: [
        { key: 'bureau-de-poste', title: '', chance: post, startBy: later(closesIn - 1) },
        { key: 'sans-smartphone', title: '', chance: paper },
      ],
    },
  } as Session;
}

describe('DIFE still possible', () => {
  it('with an identity, until the last instant and not after', () => {
    expect(feasibility(session(), 'oui', now)).toBe('ready');
    expect(feasibility(session({ closesIn: 1 }), 'oui', now + 864e5)).toBe('closed');
  });
  it('without one, at the post office as long as the server says in time', () => {
    expect(feasibility(session(), 'non', now)).toBe('post-office');
    expect(feasibility(session({ post: 'too-late' }), 'non', now)).toBe('late');
    expect(feasibility(session({ closesIn: 2 }), 'non', now + 1.5 * 864e5)).toBe('late');
  });
  it('without a smartphone, by post only', () => {
    expect(feasibility(session({ paper: 'in-time' }), 'sans-smartphone', now)).toBe('paper');
    expect(feasibility(session(), 'sans-smartphone', now)).toBe('late');
  });
  it('never once the server says closed', () =>
    expect(feasibility(session({ dife: false }), 'oui', now)).toBe('closed'));
  it('a list read an hour ago does not promise what is over', () =>
    expect(isOpen(session({ closesIn: 0 }), 'dife', now + 1)).toBe(false));
});

describe('the advice after three questions', () => {
  const mode = (answers: object, s = session()) => advise(s, answers, now)?.mode;
  it.each([
    ['the collectivité pays', { seat: 'conseil', authorityPays: 'oui', identity: 'oui' }, 'collectivite'],
    [
      'DIFE when ready and the collectivité will not',
      { seat: 'conseil', authorityPays: 'non', identity: 'oui' },
      'dife',
    ],
    ['DIFE by the post office', { seat: 'conseil', authorityPays: 'peut-etre', identity: 'non' }, 'dife'],
    [
      'ask the collectivité when DIFE is too late',
      { seat: 'conseil', authorityPays: 'peut-etre', identity: 'sans-smartphone' },
      'collectivite',
    ],
    ['no DIFE for a syndicat', { seat: 'syndicat', authorityPays: 'peut-etre', identity: 'oui' }, 'collectivite'],
    ['alone when nothing else is left', { seat: 'syndicat', authorityPays: 'non', identity: 'oui' }, 'personnel'],
  ])('%s', (_, answers, expected) => expect(mode(answers)).toBe(expected));
  it('gives its reasons, never an empty one', () => {
    const { reasons } = advise(session(), { seat: 'syndicat', authorityPays: 'non', identity: 'oui' }, now)!;
    expect(reasons[0]).toContain('syndicat');
    expect(reasons.every(Boolean)).toBe(true);
  });
  it('never advises a closed way', () => {
    const s = session({ dife: false });
    s.funding.collectivite.open = false;
    expect(mode({ seat: 'conseil', authorityPays: 'oui', identity: 'oui' }, s)).toBe('personnel');
    s.funding.personnel.open = false;
    expect(mode({ seat: 'conseil', authorityPays: 'oui', identity: 'oui' }, s)).toBeUndefined();
  });
});
