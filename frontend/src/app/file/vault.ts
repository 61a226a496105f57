/**
 * The last state of a file, for when there is no network: on the device, under a key made from the personal link's
 * token. Beside it, the link of the file last opened, as the browser's own history has it, so that « Mon dossier » opens
 * it. « Oublier sur cet appareil » removes both.
 */
import type { Enrolment } from '../contract.js';

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
export async function keep(id: string, token: string, kept: Kept, storage: Storage = localStorage): Promise<void> {
  try {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = new TextEncoder().encode(JSON.stringify(kept));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(token), data);
    storage.setItem(name(id), `${text(iv)}.${text(sealed)}`);
  } catch {
    // No storage, or no cryptography outside https: the file is read from the server only.
  }
}

/** The state kept for this file and token; undefined when absent, or kept under another token. */
export async function recall(id: string, token: string, storage: Storage = localStorage): Promise<Kept | undefined> {
  try {
    const [iv, sealed] = (storage.getItem(name(id)) ?? '').split('.');
    if (!iv || !sealed) return undefined;
    const data = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes(iv) }, await keyOf(token), bytes(sealed));
    return JSON.parse(new TextDecoder().decode(data)) as Kept;
  } catch {
    return undefined;
  }
}

const LAST = 'echarpe.dernier';

/** The fragment of the file last opened on this device, which « Mon dossier » opens; '' when there is none. */
export function lastOpened(storage: Storage = localStorage): string {
  try {
    return storage.getItem(LAST) ?? '';
  } catch {
    return '';
  }
}

export function noteOpened(hash: string, storage: Storage = localStorage): void {
  try {
    storage.setItem(LAST, hash);
  } catch {
    // No storage: the link of the e-mail opens the file.
  }
}

export function forget(id: string, storage: Storage = localStorage): void {
  try {
    storage.removeItem(name(id));
    if (lastOpened(storage).startsWith(`#${id}.`)) storage.removeItem(LAST);
  } catch {
    // Nothing was kept.
  }
}
