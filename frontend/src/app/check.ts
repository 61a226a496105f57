/** Checks made on Continuer, before the server makes them again: one sentence per field, ready to show. */

import { plainEmail, plainPhone, plainText } from './plain.js';

export function checkText(value: string | undefined, missing: string, limit = 200): string {
  const text = plainText(value ?? '');
  if (!text) return missing;
  return [...text].length > limit ? `Ce texte est trop long : ${limit} caractères au plus.` : '';
}

export function checkEmail(value: string | undefined, missing: string): string {
  const text = plainEmail(value ?? '');
  if (!text) return missing;
  const foreign = /[^\0-\x7f]/u.exec(text)?.[0];
  if (foreign)
    return `Cette adresse e-mail contient «\u00a0${foreign}\u00a0»\u00a0: une adresse s’écrit sans accent ni caractère spécial. Vérifiez-la.`;
  if (text.length > 254) return 'Cette adresse e-mail est trop longue : 254 caractères au plus.';
  const complete = /^[^\s@"<>(),;:]{1,64}@[^\s@"<>(),;:.]+(\.[^\s@"<>(),;:.]+)*\.[^\s@"<>(),;:.]{2,}$/;
  return complete.test(text) ? '' : 'Saisissez une adresse e-mail complète, comme prenom.nom@exemple.fr.';
}

/** Any way of writing a number is fine, as long as it can be one: the server knows the rest. */
export function checkPhone(value: string | undefined): string {
  const text = plainPhone(value ?? '');
  if (!text) return '';
  const digits = text.replace(/\D/g, '').length;
  const odd = /[^\d\s+().\-/]/.test(text);
  return odd || digits < 9 || digits > 15
    ? 'Saisissez un numéro de téléphone complet, comme 06 12 34 56 78, ou laissez vide.'
    : '';
}

const DOMAINS = [
  'gmail.com orange.fr wanadoo.fr free.fr sfr.fr laposte.net hotmail.fr hotmail.com outlook.fr outlook.com',
  'yahoo.fr yahoo.com live.fr icloud.com bbox.fr neuf.fr aol.com numericable.fr',
]
  .join(' ')
  .split(' ');

/** A likelier address when the domain looks mistyped, or '' (« gmial.com » → « gmail.com »). Only ever a suggestion. */
export function suggestEmail(value: string): string {
  const [, local, domain] = /^(.+)@(.+)$/.exec(plainEmail(value).toLowerCase()) ?? [];
  if (!local || !domain || DOMAINS.includes(domain)) return '';
  const near = DOMAINS.map((d) => ({ d, far: distance(domain, d) })).sort((a, b) => a.far - b.far)[0];
  return near && near.far <= (near.d.length > 7 ? 2 : 1) ? `${local}@${near.d}` : '';
}

/** Edits between two words; two letters swapped count for one. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      rows[i]![j] = best;
    }
  }
  return at(a.length, b.length);
}
