import { describe, expect, it } from 'vitest';
import { checkEmail, checkPhone, checkText, suggestEmail } from '../../src/app/check.js';

describe('e-mail', () => {
  it.each(['jeanne@mairie.fr', 'j.le-goff+elu@sous.domaine.bzh', ' jeanne@orange.fr '])('takes %s', (email) => {
    expect(checkEmail(email, 'absent')).toBe('');
  });
  it.each([
    'jeanne',
    'jeanne@',
    '@orange.fr',
    'jeanne@orange',
    'jeanne le goff@orange.fr',
    'a@b..fr',
    'a@b.fr, c@d.fr',
  ])('refuses %s', (email) => {
    expect(checkEmail(email, 'absent')).toContain('complète');
  });
  it('says what is missing', () =>
    expect(checkEmail('  ', 'Saisissez votre adresse e-mail.')).toBe('Saisissez votre adresse e-mail.'));
  it('refuses more than 254 characters', () => expect(checkEmail(`${'a'.repeat(250)}@b.fr`, '')).toContain('254'));
});

describe('typo suggestion', () => {
  it.each([
    ['jeanne@gmial.com', 'jeanne@gmail.com'],
    ['jeanne@orange.fe', 'jeanne@orange.fr'],
    ['jeanne@wandoo.fr', 'jeanne@wanadoo.fr'],
    ['jeanne@hotmial.fr', 'jeanne@hotmail.fr'],
  ])('offers %s → %s', (typed, better) => expect(suggestEmail(typed)).toBe(better));
  it.each([
    'jeanne@gmail.com',
    'jeanne@mairie-clisson.fr',
    'jeanne@ville.fr',
    'jeanne',
    'jeanne@live.fr',
    'jeanne@paris.fr',
  ])('leaves %s alone', (typed) => expect(suggestEmail(typed)).toBe(''));
});

describe('telephone', () => {
  it.each([
    '06 12 34 56 78',
    '0612345678',
    '+33 6 12 34 56 78',
    '06.12.34.56.78',
    '(0)2-61-91-00-00',
    '+590 690 12 34 56',
    '',
  ])('takes « %s » as people write it', (phone) => expect(checkPhone(phone)).toBe(''));
  it.each(['12', 'six cents', '06 12 34 56 78 90 12 34 56'])('refuses « %s »', (phone) =>
    expect(checkPhone(phone)).not.toBe(''),
  );
});

describe('text', () => {
  it('takes every character of a name', () => expect(checkText('Œdipe d’Été-Łukasz 李', 'absent', 80)).toBe(''));
  it('counts characters, not code units', () => expect(checkText('😀'.repeat(80), 'absent', 80)).toBe(''));
  it('refuses blanks only', () => expect(checkText(' \u00a0 ', 'absent')).toBe('absent'));
});
