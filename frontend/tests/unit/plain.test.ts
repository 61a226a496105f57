import { describe, expect, it } from 'vitest';
import { checkEmail, checkPhone, checkText } from '../../src/app/check.js';
import { plainEmail, plainPhone, plainText } from '../../src/app/plain.js';
import cases from '../../../internal/plain/testdata/cases.json';

const say = (text: string) => JSON.stringify(text).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);

describe('what is pasted comes out as the server reads it', () => {
  const cleaners = { text: plainText, phone: plainPhone, email: plainEmail };
  for (const [kind, clean] of Object.entries(cleaners))
    for (const [pasted, meant] of cases[kind as keyof typeof cases] as [string, string][])
      it(`${kind} ${say(pasted)}`, () => expect(clean(pasted)).toBe(meant));
});

describe('the form', () => {
  it('takes a number copied from the contacts', () =>
    expect(checkPhone('\u202a+33\u00a06\u201312 34 56 78\u202c')).toBe(''));
  it('takes an address copied from a mail', () =>
    expect(checkEmail('Jeanne <jeanne@mairie.fr>;\u200b', 'absent')).toBe(''));
  it('refuses a name that nobody can see', () => {
    for (const text of ['\u200b\u2060', '\u3164', '\u2800']) expect(checkText(text, 'absent')).toBe('absent');
  });
  it('names the accent that an address cannot have', () => {
    expect(checkEmail('hélène@mairie.fr', '')).toContain('«\u00a0é\u00a0»');
    expect(checkEmail('jeanne@évry.fr', '')).toContain('«\u00a0é\u00a0»');
  });
});
