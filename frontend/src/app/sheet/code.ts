/** The code on a convocation: a signed mark that the sheet knows by its digest, so that it is read without network. */
import type { Attendee, SheetData } from './taps.js';

/** `…/presence/#<session>.<secret>.p.<signature>`: the mark is what follows the hash. */
const MARK = /\/presence\/#(([a-z0-9-]+)\.\d+\.p\.[\w-]{22})$/i;
const BYTES = 16;

export type Read = { person: Attendee } | { why: string };

/** Whose code it is, or why it is nobody's here. */
export async function whose(text: string, sheet: SheetData): Promise<Read> {
  const [, mark, session] = MARK.exec(text) ?? [];
  if (!mark) return { why: 'Ce n’est pas un code de présence. Il est au bas de la convocation.' };
  if (session !== sheet.session.id)
    return { why: 'Ce code est celui d’une autre session. Si la personne est sur la liste, touchez son nom.' };
  const known = await digest(mark);
  const person = sheet.people.find((p) => p.codes?.includes(known));
  return person
    ? { person }
    : {
        why: 'Ce code n’est pas, ou plus, celui d’une personne de la liste. Cherchez son nom, ou ajoutez-la plus bas.',
      };
}

export async function digest(mark: string): Promise<string> {
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(mark));
  return btoa(String.fromCharCode(...new Uint8Array(sum).subarray(0, BYTES)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}

/** Whether this device could read a code: a camera in a page that may use it, and digests. */
export const canRead = () => 'mediaDevices' in navigator && 'crypto' in window && 'subtle' in crypto;
