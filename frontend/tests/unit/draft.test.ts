import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/app/contract.js';
import { emptyDraft, requestOf, startOn, tabStore, withKey, type Done, type Draft } from '../../src/app/draft.js';
import { shelf } from '../../src/app/storage.js';
import { allowed, firstGap, nextStep, type StepKey } from '../../src/app/enrol/route.js';

const session = { id: 's1' } as Session;
const full = (more: Partial<Draft> = {}): Draft => ({
  ...emptyDraft(),
  session,
  funding: 'dife',
  person: { firstName: 'Jeanne', lastName: 'Le Goff', birthName: 'Martin', email: 'j@orange.fr' },
  mandate: { kind: 'maire', authority: 'Clisson' },
  answered: ['financement', 'identite-numerique', 'identite-reponse', 'nom', 'coordonnees', 'mandat', 'collectivite'],
  ...more,
});

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (k: string) => kept.get(k) ?? null,
    setItem: (k: string, v: string) => void kept.set(k, v),
    removeItem: (k: string) => void kept.delete(k),
    clear: () => kept.clear(),
    key: () => null,
    get length() {
      return kept.size;
    },
  };
}

describe('the idempotency key', () => {
  let count = 0;
  const next = () => `key-${++count}`;
  it('stays with the same request, and changes with another', () => {
    const first = withKey(full(), next);
    expect(withKey(first, next).key).toBe(first.key);
    const other = withKey({ ...first, person: { ...first.person, email: 'k@orange.fr' } }, next);
    expect(other.key).not.toBe(first.key);
  });
});

describe('the request', () => {
  it('gives the birth name for DIFE only, and the contact for the collectivité only', () => {
    const contact = { name: 'SG', email: 'sg@clisson.fr' };
    expect(requestOf(full({ contact })).person.birthName).toBe('Martin');
    expect(requestOf(full({ contact })).authorityContact).toBeUndefined();
    expect(requestOf(full({ contact, funding: 'collectivite' })).person.birthName).toBeUndefined();
    expect(requestOf(full({ contact, funding: 'collectivite' })).authorityContact).toEqual(contact);
  });

  it('names another payer for the collectivité only', () => {
    const payer = { kind: 'intercommunalite', name: 'Brest métropole' };
    expect(requestOf(full({ payer })).payer).toBeUndefined();
    expect(requestOf(full({ payer, funding: 'collectivite' })).payer).toEqual(payer);
  });
});

describe('the tab’s store', () => {
  it('keeps the answers, and forgets them once sent', () => {
    const one = storage();
    const store = tabStore(shelf(() => one));
    store.save(full());
    expect(store.load().person.email).toBe('j@orange.fr');
    store.finish({ link: '/dossier/#x', email: 'j@orange.fr' } as Done);
    expect(store.load().person).toEqual({});
    expect(store.done()?.email).toBe('j@orange.fr');
  });
  it('starts afresh on spoilt storage', () => {
    const spoilt = { ...storage(), getItem: () => '{' } as Storage;
    expect(tabStore(shelf(() => spoilt)).load()).toEqual(emptyDraft());
  });
  it('another session keeps who the person is, not what depends on the session', () => {
    const other = startOn(full({ key: 'k', consent: true }), { id: 's2' } as Session);
    expect(other.person.firstName).toBe('Jeanne');
    expect(other.funding).toBeUndefined();
    expect(other.key).toBeUndefined();
    expect(other.consent).toBeUndefined();
    expect(firstGap(other)).toBe('financement');
  });
});

describe('the way through the screens', () => {
  it('asks what the mode needs, once each', () => {
    const walk = (funding: Draft['funding']) => {
      const seen: StepKey[] = ['financement'];
      for (let at: StepKey = 'financement'; at !== 'verification' && seen.length < 20;)
        seen.push((at = nextStep(full({ funding }), at, false)));
      return seen;
    };
    expect(walk('dife')).toEqual([
      'financement',
      'identite-numerique',
      'identite-reponse',
      'nom',
      'coordonnees',
      'mandat',
      'collectivite',
      'verification',
    ]);
    expect(walk('collectivite')).toEqual([
      'financement',
      'nom',
      'coordonnees',
      'mandat',
      'collectivite',
      'contact',
      'verification',
    ]);
    expect(walk('personnel')).toEqual(['financement', 'nom', 'coordonnees', 'mandat', 'collectivite', 'verification']);
  });
  it('nobody checks answers that are missing', () => {
    expect(allowed(emptyDraft(), 'verification')).toBe('financement');
    expect(
      allowed(full({ answered: ['financement', 'identite-numerique', 'identite-reponse', 'nom'] }), 'verification'),
    ).toBe('coordonnees');
    expect(allowed(full(), 'verification')).toBe('verification');
    expect(allowed(full(), 'nom')).toBe('nom');
  });
  it('mending comes back to the check as soon as nothing is missing', () => {
    expect(nextStep(full(), 'nom', true)).toBe('verification');
    expect(nextStep(full({ funding: 'collectivite' }), 'financement', true)).toBe('contact');
  });
});
