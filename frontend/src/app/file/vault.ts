/**
 * The last state of a file, for when there is no network: on the device, under a key made from the personal link's
 * token. Beside it, the link of the file last opened, as the browser's own history has it, so that « Mon dossier » opens
 * it. « Oublier sur cet appareil » removes both.
 */
import type { Enrolment } from '../contract.js';
import { linkIn, type PersonalLink } from '../link.js';
import { device, type Shelf } from '../storage.js';

const name = (id: string) => `echarpe.dossier.${id}`;
const bytes = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const text = (buffer: ArrayBuffer | Uint8Array) =>
  btoa(Array.from(new Uint8Array(buffer as ArrayBuffer), (b) => String.fromCharCode(b)).join(''));

async function keyOf(token: string): Promise<CryptoKey> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`echarpe-file:${token}`));
  return crypto.subtle.importKey('raw', digest, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

interface Kept {
  file: Enrolment;
  at: string;
}

/** Keeps a state; a device that refuses to keep is no failure. */
export async function keep(id: string, token: string, kept: Kept, storage: Shelf = device): Promise<void> {
  try {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = new TextEncoder().encode(JSON.stringify(kept));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(token), data);
    storage.set(name(id), `${text(iv)}.${text(sealed)}`);
  } catch {
    // No cryptography outside https: the file is read from the server only.
  }
}

/** The state kept for this file and token; undefined when absent, or kept under another token. */
export async function recall(id: string, token: string, storage: Shelf = device): Promise<Kept | undefined> {
  try {
    const [iv, sealed] = (storage.get(name(id)) ?? '').split('.');
    if (!iv || !sealed) return undefined;
    const data = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes(iv) }, await keyOf(token), bytes(sealed));
    return JSON.parse(new TextDecoder().decode(data)) as Kept;
  } catch {
    return undefined;
  }
}

const LAST = 'echarpe.dernier';

/** The link of the file last opened on this device, which « Mon dossier » opens. */
export const lastOpened = (storage: Shelf = device): PersonalLink | undefined => linkIn(storage.get(LAST) ?? '');

export function noteOpened({ id, token }: PersonalLink, storage: Shelf = device): void {
  storage.set(LAST, `#${id}.${token}`);
}

export function forget(id: string, storage: Shelf = device): void {
  storage.remove(name(id));
  if (lastOpened(storage)?.id === id) storage.remove(LAST);
}
