/**
 * Takes out of what people type or paste the characters that nobody sees or means. The table is the server's own file,
 * and both pass the same cases (internal/plain): what the form takes, the server takes.
 */
import characters from '../../../internal/plain/characters.json';

const point = (code: string) => `\\u{${code}}`;
const set = (spans: string[]) => new RegExp(`[${spans.map((s) => s.split('-').map(point).join('-')).join('')}]+`, 'gu');

const invisible = set(characters.invisible);
const spaces = set(characters.spaces);
const dashes = set([...characters.dashes, '00B7', '2022']);
const written = new Map(
  Object.entries(characters.written).map(([code, letters]) => [String.fromCodePoint(parseInt(code, 16)), letters]),
);

/** One line without invisible characters, every run of white space one space, none at the ends. */
export function plainText(text: string): string {
  const letters = Array.from(text, (c) => written.get(c) ?? c).join('');
  return letters.replace(invisible, '').replace(spaces, ' ').replace(/^ | $/g, '');
}

/** A telephone number as it could have been typed. */
export function plainPhone(text: string): string {
  return plainText(text)
    .replace(/^tel:/i, '')
    .replace(dashes, (run) => '-'.repeat(run.length))
    .trim();
}

// What lists, sentences and brackets leave on either side of an address.
const ends = /^[ .,;:<>()[\]«»"“”]+|[ .,;:<>()[\]«»"“”]+$/g;

/** The address inside what was pasted: out of « Jeanne <a@b.fr> », « mailto:a@b.fr?subject=… », a list. */
export function plainEmail(text: string): string {
  const named = /^[^@<]*<([^>]*)>[ .,;:<>()[\]«»"“”]*$/.exec(plainText(text));
  const address = (named?.[1] ?? plainText(text)).replace(ends, '');
  return (/^mailto:/i.test(address) ? address.slice(7).replace(/\?.*$/, '') : address).replace(ends, '');
}
