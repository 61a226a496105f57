/** The pages of a signed convention: what may be sent, in which order, and the words for what may not. */
export interface Shot {
  /** Tells one page from another as long as the page is open. */
  id: number;
  type: 'application/pdf' | 'image/jpeg';
  name: string;
  blob: Blob;
  /** The address of a small picture of it. */
  thumb?: string;
}

export const MOST_PAGES = 20;
export const MOST_BYTES = 10 * 1024 * 1024;

type Nature = 'pdf' | 'heic' | 'photo' | 'other';

const ascii = (head: Uint8Array) => Array.from(head, (b) => String.fromCharCode(b)).join('');

/** What a file is by its first bytes: names and types lie, above all on an office's computer. */
export function natureOf(head: Uint8Array): Nature {
  const text = ascii(head);
  if (text.includes('%PDF-')) return 'pdf';
  if (/^....ftyp(hei|hev|mif1|msf1)/s.test(text)) return 'heic';
  if (/^(\xff\xd8\xff|\x89PNG\r\n|RIFF....WEBP)/s.test(text)) return 'photo';
  return 'other';
}

const quoted = (name: string) => `«\u00a0${name}\u00a0»`;

/** What is said of a file that no page can be made of, and how to mend it. */
export const REFUSED: Record<'other' | 'heic' | 'broken', (name: string) => string> = {
  other: (name) =>
    `${quoted(name)} n’est ni un PDF ni une photo. Enregistrez ce document au format PDF, ou photographiez ses pages.`,
  heic: (name) =>
    `${quoted(name)} est une photo au format HEIC, que ce navigateur ne sait pas lire. Envoyez-la depuis votre téléphone, ou enregistrez-la au format JPEG.`,
  broken: (name) => `${quoted(name)} ne s’ouvre pas\u00a0: le fichier semble abîmé. Reprenez la photo.`,
};

/** « 6,2 Mo », « 480 Ko ». */
export function saySize(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))}\u00a0Ko`;
  return `${(bytes / 1_000_000).toFixed(1).replace('.', ',').replace(',0', '')}\u00a0Mo`;
}

export const sayPages = (n: number) => `${n}\u00a0page${n > 1 ? 's' : ''}`;

export const sayAdded = (shots: Shot[], n: number) =>
  shots.some(isPDF) ? 'Le PDF est ajouté.' : `${sayPages(n)} ${n > 1 ? 'ajoutées' : 'ajoutée'}.`;

/** What is said once they are there. */
export function sayArrived(shots: Shot[]): string {
  const [first] = shots;
  const who =
    first && isPDF(first)
      ? 'votre PDF nous est parvenu'
      : shots.length > 1
        ? `vos ${sayPages(shots.length)} nous sont parvenues`
        : 'votre page nous est parvenue';
  return `C’est envoyé\u00a0: ${who}. Merci.`;
}

export const weigh = (shots: Pick<Shot, 'blob'>[]) => shots.reduce((sum, { blob }) => sum + blob.size, 0);

/** How many photographs there is still room for. */
export const room = (shots: Shot[]) => (shots.some(isPDF) ? 0 : MOST_PAGES - shots.length);

export const isPDF = ({ type }: Pick<Shot, 'type'>) => type === 'application/pdf';

/** Why one more page cannot be added; empty when it can. */
export function whyNot(shots: Shot[], one: Pick<Shot, 'type' | 'name' | 'blob'>): string {
  const name = quoted(one.name);
  const pdf = shots.find(isPDF);
  if (isPDF(one)) {
    if (one.blob.size > MOST_BYTES)
      return `${name} pèse ${saySize(one.blob.size)}\u00a0: 10\u00a0Mo au plus. Numérisez de nouveau en noir et blanc, ou photographiez les pages.`;
    if (pdf)
      return `${name} n’est pas ajouté\u00a0: un seul PDF, avec toutes les pages. Pour le mettre à la place de l’autre, retirez d’abord l’autre.`;
    if (shots.length) return `${name} n’est pas ajouté\u00a0: envoyez un PDF ou des photos, pas les deux.`;
    return '';
  }
  if (pdf) return `${name} n’est pas ajoutée\u00a0: envoyez un PDF ou des photos, pas les deux.`;
  if (shots.length >= MOST_PAGES) return tooMany(1);
  if (weigh(shots) + one.blob.size > MOST_BYTES)
    return `${name} n’est pas ajoutée\u00a0: les photos pèsent plus de 10\u00a0Mo ensemble. Retirez-en une, ou envoyez un PDF.`;
  return '';
}

export const tooMany = (n: number) =>
  n > 1
    ? `20\u00a0pages au plus\u00a0: les ${n}\u00a0dernières photos ne sont pas ajoutées.`
    : '20\u00a0pages au plus\u00a0: la dernière photo n’est pas ajoutée.';

/** The pages with one of them a place earlier or later; as they are when there is no such place. */
export function moved<T>(all: T[], from: number, by: -1 | 1): T[] {
  const to = from + by;
  if (to < 0 || to >= all.length) return all;
  const next = [...all];
  [next[from], next[to]] = [next[to]!, next[from]!];
  return next;
}
