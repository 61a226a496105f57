/**
 * What is being typed, by form. It lives in memory; when the session is over and the page must go to the issuer, it waits
 * in the tab's storage with the act that was being sent, and is taken out of it on return, for the same person only.
 */
import type { Values } from '../form.js';
import { tab } from '../storage.js';
import type { Act } from './client.js';

const KEPT = 'equipe.saisie';
const drafts = new Map<string, Values>();

interface Kept {
  sub: string;
  drafts: [string, Values][];
  act?: Act;
}

export const draft = {
  get: (form: string): Values | undefined => drafts.get(form),
  set: (form: string, values: Values) => void drafts.set(form, values),
  drop: (form: string) => void drafts.delete(form),
  /** The forms of one subject that hold something typed. */
  under: (subject: string): string[] =>
    [...drafts.keys()].filter((k) => k.startsWith(`${subject}:`)).map((k) => k.slice(subject.length + 1)),
};

/** Puts everything by before the page leaves. */
export function putBy(sub: string, act?: Act) {
  const kept: Kept = { sub, drafts: [...drafts], act };
  tab.set(KEPT, JSON.stringify(kept));
}

/** Whether something waits for its author to sign in again. */
export const somethingKept = () => {
  const kept = tab.get(KEPT);
  return !!kept && (kept.includes('"act"') || !kept.includes('"drafts":[]'));
};

/** Gives back what was put by: the act to send again. Another person's is thrown away, and said so. */
export function takeBack(sub: string): { act?: Act; others?: boolean } {
  const text = tab.get(KEPT);
  tab.remove(KEPT);
  if (!text) return {};
  const kept = JSON.parse(text) as Kept;
  if (kept.sub !== sub) return { others: !!kept.act || kept.drafts.length > 0 };
  for (const [form, values] of kept.drafts) drafts.set(form, values);
  return { act: kept.act };
}
