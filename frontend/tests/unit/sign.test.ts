import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../src/app/papers/sign.js';

const whole = { name: 'Paul Martin', function: 'adjoint aux finances', right: 'delegation', agreed: 'oui' };

describe('signing the convention online', () => {
  it('sends what is typed, without the spaces around it', () =>
    expect(signatureOf({ ...whole, name: '  Paul  Martin ' })).toEqual({
      errors: {},
      signature: { name: 'Paul Martin', function: 'adjoint aux finances', right: 'delegation', agreed: true },
    }));

  it('says everything that is missing at once, in the order of the page', () =>
    expect(Object.entries(signatureOf({}).errors)).toEqual([
      ['name', 'Saisissez vos prénom et nom.'],
      ['function', 'Saisissez votre fonction.'],
      ['right', 'Dites à quel titre vous signez.'],
      ['agreed', 'Cochez «\u00a0Bon pour accord\u00a0» pour signer.'],
    ]));

  it.each(['name', 'function'])('takes no %s made of spaces, nor one longer than the signed paper takes', (field) => {
    expect(Object.keys(signatureOf({ ...whole, [field]: ' \u00a0 ' }).errors)).toEqual([field]);
    expect(signatureOf({ ...whole, [field]: 'é'.repeat(120) }).errors).toEqual({});
    expect(signatureOf({ ...whole, [field]: 'é'.repeat(121) }).errors[field]).toContain('120');
  });

  it.each(['right', 'agreed'])('supposes nothing about %s', (field) =>
    expect(Object.keys(signatureOf({ ...whole, [field]: '' }).errors)).toEqual([field]),
  );
});
