import type { AuthorityFile, ConventionText, Enrolment, Payer, Session } from './contract.js';
import { timeout } from './floor.js';

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

/** One holder's file: every call carries the token of the personal link. */
export class FileAPI {
  private readonly base: string;
  constructor(
    readonly id: string,
    private readonly token: string,
  ) {
    this.base = `/api/enrolments/${encodeURIComponent(id)}`;
  }

  private send(path: string, method = 'GET', body?: unknown, headers = {}): Promise<Response> {
    return call(this.base + path, sent(method, body, { ...headers, Authorization: `Bearer ${this.token}` }));
  }

  /** For what is fetched later than the page. */
  ask = <T>(path: string, method: string, body: unknown, headers = {}) =>
    json<T>(this.send(path, method, body, headers));

  get = () => json<Enrolment>(this.send(''));
  papers = () => json<AuthorityFile>(this.send('/papers'));
  convention = () => json<ConventionText>(this.send('/convention'));
  declare = (act: 'answer' | 'billing' | 'convention' | 'signature' | 'handover' | 'silence', body?: unknown) =>
    json<AuthorityFile>(this.send(`/${act}`, 'PUT', body));
  takeBack = (act: 'answer' | 'billing' | 'convention' | 'signature' | 'silence') =>
    json<AuthorityFile>(this.send(`/${act}`, 'DELETE'));
  mark = (step: string, done: boolean) =>
    json<Enrolment>(this.send(`/steps/${encodeURIComponent(step)}`, done ? 'PUT' : 'DELETE'));
  /** A payer without a name takes the one on file away; none leaves it. */
  pay = (mode: string, authorityContact?: { name: string; email: string }, payer?: Partial<Payer>) =>
    json<Enrolment>(this.send('/funding', 'PUT', { mode, authorityContact, payer }));
  opinion = (answers: number[]) => json<Enrolment>(this.send('/opinion', 'PUT', { answers }));
  needs = (needs: string) => json<Enrolment>(this.send('/needs', 'PUT', { needs }));
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
