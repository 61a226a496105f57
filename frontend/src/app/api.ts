import type {
  AuthorityFile,
  Enrolment,
  EnrolmentRequest,
  GroupAnswer,
  GroupRequest,
  Payer,
  Session,
} from './contract.js';
import { timeout } from './floor.js';
import { trusted } from './trusted.js';
import type { Challenge } from './work.js';

/** The API answered, and said no. `detail` and `fields` are French sentences, ready to show. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    readonly detail: string,
    readonly fields: Record<string, string> = {},
    readonly requestId = '',
  ) {
    super(`${status} ${kind}`);
  }
}

/** No answer came: whether the request arrived is not known. */
export class NetworkError extends Error {}

const PATIENCE = 15_000;

export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const signal = timeout(PATIENCE); // it runs on while the body comes: an answer cut in the middle is no answer
  let response: Response;
  try {
    response = await fetch(path, { cache: 'no-store', ...init, signal });
  } catch (cause) {
    throw new NetworkError('no answer', { cause });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<Problem> {
  const kind = response.headers.get('content-type') ?? '';
  const body = kind.includes('json') ? await response.json().catch(() => ({})) : {};
  const slug = String(body.type ?? '').replace(/.*\//, '') || 'internal';
  const detail =
    body.detail ||
    (response.status === 429 || response.status === 503 // by the gateway: more came at once than it lets through
      ? 'Beaucoup de personnes sont sur le site en ce moment. Réessayez dans une minute.'
      : 'Notre service ne répond pas comme prévu. Réessayez dans un moment.');
  return new Problem(response.status, slug, detail, body.fields ?? {}, body.requestId ?? '');
}

export async function json<T>(response: Promise<Response>): Promise<T> {
  try {
    return (await (await response).json()) as T;
  } catch (error) {
    if (error instanceof Problem || error instanceof NetworkError) throw error;
    throw new NetworkError('the answer was cut', { cause: error });
  }
}

export const sent = (method: string, body?: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method,
  headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
  body: body === undefined ? undefined : JSON.stringify(body),
});

/** A page of the list, as narrowed by the query. The first one says what the whole list can be narrowed by. */
export interface SessionsPage {
  sessions: Session[];
  next?: string;
  choices?: Choices;
}

export interface Choices {
  themes: string[];
  places: string[];
  months: string[];
}

/** The seats of the sessions of one page. */
export type Seats = Pick<Session, 'id' | 'seatsLeft' | 'waiting'>;

/** Asked again with what the browser has: an answer that did not change is not sent again. */
const FRESH: RequestInit = { cache: 'no-cache' };

export const listSessions = (query = ''): Promise<SessionsPage> => json(call(`/api/sessions${query}`, FRESH));

export const listSeats = async (query = ''): Promise<Seats[]> =>
  (await json<{ seats: Seats[] }>(call(`/api/seats${query}`, FRESH))).seats;

export function getSession(id: string): Promise<Session> {
  return json(call(`/api/sessions/${encodeURIComponent(id)}`));
}

/** Sends an enrolment; the same key and request may be sent again without harm. `onWork` is told of a proof of work: it takes seconds. */
export function enrol(
  request: EnrolmentRequest,
  key: string,
  onWork?: (busy: boolean) => void,
): Promise<{ enrolment: Enrolment; link: string }> {
  return worked(
    (challenge) => json(call('/api/enrolments', sent('POST', { ...request, challenge }, { 'Idempotency-Key': key }))),
    onWork,
  );
}

/** A collectivité enrols several élus; the same key and request may be sent again without harm. */
export function enrolGroup(request: GroupRequest, key: string): Promise<GroupAnswer> {
  return worked((challenge) =>
    json(call('/api/groups', sent('POST', { ...request, challenge }, { 'Idempotency-Key': key }))),
  );
}

export async function sendLinks(email: string, onWork?: (busy: boolean) => void): Promise<void> {
  await worked((challenge) => call('/api/links', sent('POST', { email, challenge })), onWork);
}

/** Sends at once; when a proof of work is asked for, does it and sends again. */
async function worked<T>(
  send: (challenge?: string) => Promise<T>,
  onWork: (busy: boolean) => void = () => undefined,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Problem) || !error.fields['challenge']) throw error;
    onWork(true);
    try {
      const { challenge } = await json<{ challenge: Challenge }>(call('/api/challenge'));
      return await send(await solve(challenge));
    } finally {
      onWork(false);
    }
  }
}

declare const WORKER: string; // its address: the build says it

/** Does the proof of work beside the page. */
function solve(challenge: Challenge): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(trusted.scriptURL(WORKER));
    const fail = () => reject(new Error('the proof of work came to nothing'));
    worker.onmessage = ({ data }: MessageEvent<{ solution?: string }>) => {
      worker.terminate();
      return data.solution ? resolve(data.solution) : fail();
    };
    worker.onerror = fail;
    worker.postMessage(challenge);
  });
}

/** One holder's file: every call carries the token of the personal link. */
export class FileAPI {
  private readonly base: string;
  constructor(
    readonly id: string,
    private readonly token: string,
  ) {
    this.base = `/api/enrolments/${encodeURIComponent(id)}`;
  }

  private send(path: string, method = 'GET', body?: unknown): Promise<Response> {
    return call(this.base + path, sent(method, body, { Authorization: `Bearer ${this.token}` }));
  }

  get = () => json<Enrolment>(this.send(''));
  papers = () => json<AuthorityFile>(this.send('/papers'));
  declare = (act: 'answer' | 'billing' | 'convention', body?: unknown) =>
    json<AuthorityFile>(this.send(`/${act}`, 'PUT', body));
  takeBack = (act: 'answer' | 'billing' | 'convention') => json<AuthorityFile>(this.send(`/${act}`, 'DELETE'));
  mark = (step: string, done: boolean) =>
    json<Enrolment>(this.send(`/steps/${encodeURIComponent(step)}`, done ? 'PUT' : 'DELETE'));
  /** A payer without a name takes the one on file away; none leaves it. */
  pay = (mode: string, authorityContact?: { name: string; email: string }, payer?: Partial<Payer>) =>
    json<Enrolment>(this.send('/funding', 'PUT', { mode, authorityContact, payer }));
  phone = (phone: string) => json<Enrolment>(this.send('/phone', 'PUT', { phone }));
  email = (email: string) => json<Enrolment>(this.send('/email', 'PUT', { email }));
  confirmEmail = () => json<{ enrolment: Enrolment; link: string }>(this.send('/email', 'POST'));
  move = (sessionId: string) => json<Enrolment>(this.send('/session', 'PUT', { sessionId }));
  cancel = () => json<Enrolment>(this.send('/cancellation', 'POST'));
  withdraw = () => json<Enrolment>(this.send('/withdrawal', 'POST'));
  accept = () => json<Enrolment>(this.send('/acceptance', 'POST'));
  erase = async () => void (await this.send('', 'DELETE'));
  paper = async (kind: string) => (await this.send(`/documents/${encodeURIComponent(kind)}`)).blob();
  calendar = async () => (await this.send('/calendar.ics')).blob();
  export = async () => (await this.send('/export')).blob();
}
