/** The one place that calls the organisation's API, as whoever is signed in. */
import { NetworkError, Problem } from '../api.js';
import { timeout } from '../floor.js';
import { save } from '../page.js';
import { draft, putBy } from './kept.js';
import { leave, type Identity } from './sign-in.js';

/** An act: what is sent, and the form that it was typed in. */
export interface Act {
  method: 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  /** What was seen of the file: the act is refused if it has changed since. */
  etag?: string;
  /** The same key and body may be sent again without harm. */
  key?: string;
  form?: string;
  /** What is said once it is done. */
  said: string;
}

const BASE = '/api/staff';
const PATIENCE = 20_000;

/** A refusal that is about who asks, not about what is asked. */
type Out = 'not-of-the-team' | 'signed-out' | 'forbidden';
let identity: Identity | undefined;
let onOut: (why: Out) => void = () => undefined;

export function enter(as: Identity, out: (why: Out) => void) {
  identity = as;
  onOut = out;
}

export const whoami = () => identity;

/** Reads something. `quiet` is for what nobody waits for: a session that is over is said, the page does not leave. */
export const ask = <T>(path: string, quiet = false): Promise<T> =>
  call<T>(path, { method: 'GET' }, () => (quiet ? undefined : renew()));

/** Asks what may not stand in an address (what is typed in the search). */
export const query = <T>(path: string, body: unknown): Promise<T> =>
  call<T>(path, { method: 'POST', body: JSON.stringify(body) }, () => renew());

/** Does something; once it is done, nothing of its form is kept. When the session is over it is put by and sent on return. */
export async function send<T>(act: Act): Promise<T> {
  const headers: Record<string, string> = {};
  if (act.etag) headers['If-Match'] = act.etag;
  if (act.key) headers['Idempotency-Key'] = act.key;
  const body = act.body === undefined ? undefined : JSON.stringify(act.body);
  const answer = await call<T>(act.path, { method: act.method, headers, body }, () => renew(act));
  if (act.form) draft.drop(act.form);
  return answer;
}

/** Hands a file of the API to the reader. */
export async function download(path: string, name: string): Promise<void> {
  save(
    await call<Blob>(
      path,
      { method: 'GET' },
      () => renew(),
      (response) => response.blob(),
    ),
    name,
  );
}

/** Puts by what is typed, and the act under way, and signs in again. */
export async function renew(act?: Act): Promise<never> {
  if (identity) putBy(identity.sub, act);
  return leave('silent');
}

async function call<T>(
  path: string,
  init: RequestInit,
  over: () => Promise<never> | undefined,
  body: (response: Response) => Promise<unknown> = (response) => response.json(),
): Promise<T> {
  const headers: Record<string, string> = { Authorization: `Bearer ${identity?.token}` };
  if (init.body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      cache: 'no-store',
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string>) },
      signal: timeout(PATIENCE),
    });
    if (response.ok) return (response.status === 204 ? undefined : await body(response)) as T;
  } catch (cause) {
    throw new NetworkError('no answer', { cause });
  }
  const problem = await problemOf(response);
  if (problem.status === 401) {
    onOut('signed-out');
    await over();
  }
  if (problem.kind === 'not-of-the-team' || problem.kind === 'forbidden') onOut(problem.kind);
  throw problem;
}

/** A refusal of the API, with the file that it names. */
export class Refusal extends Problem {
  file = '';
}

async function problemOf(response: Response): Promise<Refusal> {
  const body = (await response.json().catch(() => ({}))) as Partial<Record<string, string>> & {
    fields?: Record<string, string>;
  };
  // The gateway's own refusal of a token has no problem document.
  const slug = (body.type ?? '').replace(/.*\//, '') || (response.status === 401 ? 'signed-out' : 'internal');
  const detail = body.detail ?? 'Le service ne répond pas comme prévu. Rien n’a été changé : réessayez dans un moment.';
  const refusal = new Refusal(response.status, slug, detail, body.fields ?? {}, body.requestId ?? '');
  refusal.file = body.file ?? '';
  return refusal;
}

/** Why something failed, in a sentence to show. */
export function sentence(error: unknown): string {
  if (error instanceof Problem) return error.detail;
  return 'Le réseau ne répond pas. Rien n’est perdu : réessayez dans un moment.';
}
