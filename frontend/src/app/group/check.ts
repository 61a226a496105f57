/** What is typed of a council: checked, then sent. */
import { checkEmail, checkText } from '../check.js';
import type { GroupRequest } from '../contract.js';
import type { Errors, Values } from '../form.js';
import { plainEmail, plainText } from '../plain.js';

/** The fields of one person. */
export const FIELDS = ['firstName', 'lastName', 'email', 'mandate'] as const;

/** The fields of the screen, in their order. */
export const fieldsOf = (rows: number): string[] => [
  'authority',
  'contact.name',
  'contact.email',
  ...Array.from({ length: rows }, (_, i) => FIELDS.map((f) => `people.${i}.${f}`)).flat(),
  'rest',
  'consent',
];

export function check(values: Values, rows: number): Errors {
  const errors: Errors = {};
  const note = (id: string, wrong: string, who = '') => {
    if (wrong) errors[id] = who + wrong;
  };
  note('authority', checkText(values['authority'], 'Saisissez le nom de la collectivité.', 150));
  note('contact.name', checkText(values['contact.name'], 'Saisissez votre nom.', 120));
  note('contact.email', checkEmail(values['contact.email'], 'Saisissez votre adresse e-mail.'));
  const seen = new Map<string, number>();
  for (let i = 0; i < rows; i++) {
    const at = (field: string) => `people.${i}.${field}`;
    const who = `Personne ${i + 1} : `;
    note(at('firstName'), checkText(values[at('firstName')], 'saisissez le prénom.', 80), who);
    note(at('lastName'), checkText(values[at('lastName')], 'saisissez le nom.', 80), who);
    note(at('email'), checkEmail(values[at('email')], 'saisissez l’adresse e-mail.'), who);
    note(at('mandate'), values[at('mandate')] ? '' : 'choisissez le mandat.', who);
    const email = plainEmail(values[at('email')] ?? '').toLowerCase();
    const first = seen.get(email);
    if (email && first !== undefined)
      note(at('email'), `cette adresse est déjà celle de la personne ${first + 1}. Chaque élu a la sienne.`, who);
    else seen.set(email, i);
  }
  return errors;
}

export function requestOf(values: Values, rows: number, sessionId: string): GroupRequest {
  const text = (id: string) => plainText(values[id] ?? '');
  return {
    sessionId,
    authority: text('authority'),
    contact: { name: text('contact.name'), email: plainEmail(values['contact.email'] ?? '') },
    people: Array.from({ length: rows }, (_, i) => ({
      firstName: text(`people.${i}.firstName`),
      lastName: text(`people.${i}.lastName`),
      email: plainEmail(values[`people.${i}.email`] ?? ''),
      mandate: values[`people.${i}.mandate`] ?? '',
    })),
    rest: values['rest'] === 'wait' ? 'wait' : '',
    consent: true,
  };
}
