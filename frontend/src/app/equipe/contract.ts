/** What the organisation's API says: the shapes of its JSON (internal/staffapi/DESIGN.md). */
import type { Mode } from '../contract.js';

export type Role = 'gestion' | 'lecture' | 'direction';

export interface Me {
  id: string;
  name: string;
  email: string;
  roles: Role[];
}

export type FundingState = 'todo' | 'declared' | 'settled';

/** One file in a list. */
export interface Entry {
  id: string;
  reference: string;
  name: string;
  phone?: string;
  phoneLabel?: string;
  email: string;
  authority: string;
  sessionId: string;
  sessionTitle: string;
  sessionStart: string;
  status: string;
  statusLabel: string;
  funding: Mode;
  fundingState: FundingState;
  fundingLabel: string;
  step?: string;
  stepTitle?: string;
  since: string;
  unreachable: boolean;
  /** Something is to be prepared for them. */
  needs?: boolean;
  etag: string;
}

export interface Duty {
  id: string;
  kind: string;
  due: string;
  dueLabel: string;
  late: boolean;
  text: string;
  act: string;
  actLabel: string;
  file?: Entry;
  session: { id: string; title: string; start: string };
  postponable: boolean;
}

export interface Duties {
  duties: Duty[];
  counts: Record<string, number>;
  next?: string;
}

export interface Change {
  field: string;
  before: string;
  after: string;
}

export interface Happening {
  at: string;
  kind: 'created' | 'step' | 'mail' | 'act' | 'note' | 'withdrawal';
  text: string;
  by?: string;
  reason?: string;
  state?: string;
  changes?: Change[];
}

export interface StepView {
  key: string;
  title: string;
  done: boolean;
  at?: string;
  by?: string;
  opensAt?: string;
}

/** Everything about a file. */
export interface FileView {
  file: Entry;
  etag: string;
  person: { title: string; firstName: string; lastName: string; birthName: string; email: string; phone: string };
  mandate: { kind: string; title: string; authority: string };
  payer?: { kind: string; name: string };
  /** What they need to follow the session, in their words. */
  needs?: string;
  /** `from`, `since`: who passed the request on to them, and when; `silent`: since when they want no mails. */
  contact: { name: string; email: string; from?: string; since?: string; silent?: string } | null;
  /** The personal contract signed last; keepsSeat: something else pays for the seat. */
  contract?: { number: string; signedAt: string; lastDay?: string; withdrawnAt?: string; keepsSeat?: boolean };
  position?: number;
  offeredUntil?: string;
  remindersOff: boolean;
  steps: StepView[];
  say: { title: string; summary: string; body: string[] | null; help: string[] | null; helpline?: string } | null;
  duty: Duty | null;
  /**
   * What the contact at the collectivité declared. `online`: they signed the convention; `forAt`: and the team did. `scanPages`: how many
   * pages of it, signed by hand, they sent.
   */
  reply?: {
    signedAt?: string;
    stale?: boolean;
    scanPages?: number;
    online?: { by: string; function: string; at: string; for?: string; forAt?: string; stale?: boolean };
  };
  /** Once the session is over: its number, or what it takes to issue it. */
  invoice?: {
    number?: string;
    missing: { what: string; ask: string }[];
    payer?: { name: string; address: string; siret: string; service: string; commitment: string };
    terms?: string;
    with?: string;
    credited?: { invoice: string; credit: string }[];
  };
  timeline: Happening[];
  can: string[];
  pageUrl?: string;
  createdAt: string;
}

/** The convention that was signed by hand and sent: its pages, at addresses that are good for some minutes. */
export interface Scan {
  sentAt: string;
  by: string;
  pages: { number: number; type: string; size: number; url: string }[];
}

export interface Summary {
  settled: number;
  declared: number;
  todo: number;
  offered: number;
  waiting: number;
  unreachable: number;
}

export interface SessionLine {
  id: string;
  title: string;
  start: string;
  end: string;
  place: string;
  remote: boolean;
  status: 'open' | 'cancelled';
  closed: boolean;
  capacity: number;
  minimum: number;
  taken: number;
  waiting: number;
  summary: Summary;
}

/** What the team wrote to people of a session, before it is sent and once it is. */
export interface Written {
  recipients: { file: string; name: string; unreachable?: boolean }[];
  unreachable: number;
  sentFrom: string;
  subject: string;
  text: string[];
}

export interface SessionView extends SessionLine {
  halfDays: { start: string; end: string }[];
  address: string;
  people: Entry[];
  queue: { position: number; file: Entry }[];
  messages: { at: string; by: string; subject: string; text: string[]; people: number }[];
  history: { at: string; event: string; eventLabel: string; reason: string; fileId: string; ticket: number }[];
}

/** A session as its form writes it. */
export interface SessionText {
  id: string;
  formation: string;
  remote: boolean;
  place: string;
  address: string;
  mapUrl: string;
  videoUrl: string;
  access: string;
  halfDays: { date: string; start: string; end: string }[];
  closesAt: string;
  capacity: number;
  minimum: number;
  difeEligible?: boolean;
}

export interface SessionForm {
  etag: string;
  session: SessionText;
  taken: number;
  waiting: number;
  formations: { slug: string; title: string; hours: number; difeEligible: boolean; maxParticipants: number }[];
  public?: Outcome['public'];
}

/** A formation as its form writes it. */
export interface FormationText {
  slug: string;
  title: string;
  summary: string;
  theme: string;
  objective: string;
  programme: string[] | null;
  prerequisites: string;
  audience: string;
  methods: string;
  evaluation: string;
  outcome: string;
  accessibility: string;
  trainers: string;
  accessTime: string;
  hours: number;
  priceEuros: number;
  difeEligible: boolean;
  monCompteElu: string;
  monCompteEluNumber: string;
  version: string;
  maxParticipants: number;
}

export interface FormationForm {
  etag: string;
  formation: FormationText;
}

/** The organisation’s settings as their form writes them. */
export interface OrganisationText {
  name: string;
  legalForm: string;
  siret: string;
  nda: string;
  ndaRegion: string;
  agrement: { number: string; start: string; end: string };
  qualiopi: string;
  vat: { exempt: boolean; ratePercent?: number; mention: string };
  address: string[] | null;
  email: string;
  phone: string;
  website: string;
  representative: { name: string; function: string };
  dpoContact: string;
  publisher: string;
  host: string;
  mediator: string;
  paymentTerms: string;
  earlyStopTerms: string;
  iban: string;
  internalRules: string;
  alertEmail: string;
  difeAnswerDays?: number;
  onlineSignature: boolean;
}

export interface OrganisationForm {
  etag: string;
  organisation: OrganisationText;
  /** The logo, as base64. */
  picture?: string;
}

/** What a change of the catalogue does, or would do. */
export interface Outcome {
  id: string;
  effects: string[];
  changes: Change[];
  cautions: string[];
  public?: {
    title: string;
    summary: string;
    halfDays: { start: string; end: string }[];
    remote: boolean;
    place: string;
    address: string;
    access: string;
    closesAt: string;
    priceCents: number;
    taxedCents?: number;
    capacity: number;
    funding: { title: string; open: boolean; reason?: string }[];
  };
}

/** The sheet of a session, as far as its page needs it. */
export interface Sheet {
  missing: number;
  over: boolean;
  closed: boolean;
  trainer?: { url: string; from: string; until: string };
  people: { id: string; name: string; unexpected?: boolean; noted?: Noted }[];
}

/** What was noted in the room of somebody who could not be enrolled, and why. */
export interface Noted {
  firstName?: string;
  lastName?: string;
  email?: string;
  phone?: string;
  mandate?: string;
  authority?: string;
  funding?: string;
  why?: string;
}

export interface Member {
  id: string;
  email: string;
  name: string;
  roles: Role[];
  joined: boolean;
  invitedAt: string;
  lastSeenAt?: string;
}

export interface AuditLine {
  at: string;
  who: string;
  role: Role;
  act: string;
  actLabel: string;
  file?: string;
  reason?: string;
  changes: Change[];
}

/** Numbers of a span, and nobody. */
export interface Figures {
  opinions: {
    questions: string[];
    choices: string[];
    rows: { title?: string; start?: string; came: number; people: number; counts: number[][] }[];
    hidden: number;
  };
  from: string;
  to: string;
  funnel: { funding: string; step: string; files: number; done: number; stopped: number; medianDays: number | null }[];
  filling: {
    month: string;
    sessions: number;
    cancelled: number;
    seats: number;
    taken: number;
    waiting: number;
    underMinimum: number;
  }[];
  presence: { funding: string; came: number; noShows: number }[];
  /** What was issued between the two days, all taxes included, by year. */
  billing: {
    year: number;
    invoices: number;
    invoicedCents: number;
    credits: number;
    creditedCents: number;
    netCents: number;
  }[];
}
