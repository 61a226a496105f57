/** The answers of an enrolment under way: in the tab's session storage on one's own phone, in memory on the kiosk. */
import type { Answers, Identity } from './choose.js';
import type { Enrolment, EnrolmentRequest, Mode, Payer, Session } from './contract.js';
import { randomUUID } from './floor.js';
import type { Values } from './form.js';
import { tab, type Shelf } from './storage.js';

export interface Draft extends Answers {
  session?: Session;
  funding?: Mode;
  identity?: Identity;
  helping?: boolean; // on the way of « Aidez-moi à choisir »
  /** What they need to follow the session. */
  needs?: string;
  person: { title?: string; firstName?: string; lastName?: string; birthName?: string; email?: string; phone?: string };
  mandate: { kind?: string; authority?: string };
  contact: { name?: string; email?: string };
  payer?: Payer; // in place of the mandate’s collectivité
  answered: string[]; // screens passed with Continuer
  typed: Record<string, Values>; // what stands in the fields of a screen not yet passed
  key?: string; // the idempotency key of the request below
  keyFor?: string;
  consent?: boolean;
}

/** What is kept once it is sent: enough to show the confirmation again. */
export interface Done {
  enrolment: Enrolment;
  link: string;
  email: string;
  expectedSeat: boolean;
}

export const emptyDraft = (): Draft => ({ person: {}, mandate: {}, contact: {}, answered: [], typed: {} });

export interface Store {
  load(): Draft;
  save(draft: Draft): void;
  done(): Done | undefined;
  finish(done: Done): void;
}

const DRAFT = 'echarpe.inscription';
const DONE = 'echarpe.confirmation';

export function tabStore(storage: Shelf = tab): Store {
  const get = <T>(key: string): T | undefined => {
    try {
      return JSON.parse(storage.get(key) ?? '') as T;
    } catch {
      return undefined;
    }
  };
  const put = (key: string, value: unknown) => storage.set(key, JSON.stringify(value));
  return {
    load: () => ({ ...emptyDraft(), ...get<Draft>(DRAFT) }),
    save: (draft) => put(DRAFT, draft),
    done: () => get<Done>(DONE),
    finish(done) {
      put(DONE, done);
      storage.remove(DRAFT);
    },
  };
}

export function memoryStore(): Store {
  let draft = emptyDraft();
  let done: Done | undefined;
  return {
    load: () => draft,
    save: (d) => void (draft = d),
    done: () => done,
    finish(d) {
      done = d;
      draft = emptyDraft();
    },
  };
}

/** Starts on a session: who the person is stays, what depends on the session goes. */
export function startOn(draft: Draft, session: Session): Draft {
  const { person, mandate, contact, payer, seat, authorityPays } = draft;
  const answered = draft.answered.filter((step) => ['nom', 'coordonnees', 'mandat', 'collectivite'].includes(step));
  return { ...emptyDraft(), person, mandate, contact, payer, seat, authorityPays, answered, session };
}

export function requestOf(draft: Draft): EnrolmentRequest {
  const { person, funding } = draft;
  const request: EnrolmentRequest = {
    sessionId: draft.session!.id,
    funding: funding!,
    person: {
      title: person.title || undefined,
      firstName: person.firstName!,
      lastName: person.lastName!,
      birthName: (funding === 'dife' && person.birthName) || undefined,
      email: person.email!,
      phone: person.phone || undefined,
    },
    mandate: { kind: draft.mandate.kind!, authority: draft.mandate.authority! },
    consent: true,
  };
  if (draft.needs) request.needs = draft.needs;
  const { name, email } = draft.contact;
  if (funding === 'collectivite' && name && email) request.authorityContact = { name, email };
  if (funding === 'collectivite' && draft.payer) request.payer = draft.payer;
  return request;
}

/** Gives the draft a key for the request as it stands: the same request keeps its key, another one gets its own. */
export function withKey(draft: Draft, newKey: () => string = randomUUID): Draft {
  const keyFor = JSON.stringify(requestOf(draft));
  return draft.key && draft.keyFor === keyFor ? draft : { ...draft, key: newKey(), keyFor };
}
