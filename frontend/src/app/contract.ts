/** What the API says: the shapes of its JSON. */

export type Mode = 'dife' | 'collectivite' | 'personnel';
export const MODES: Mode[] = ['dife', 'collectivite', 'personnel'];

export interface Possibility {
  open: boolean;
  closesAt?: string;
  /** End of the working day to name as the last one: closesAt may fall on a Sunday. */
  lastDay?: string;
  reason?: string;
}

export interface Session {
  id: string;
  formation: {
    slug: string;
    title: string;
    hours: number;
    priceCents: number;
    /** All taxes included; equal to priceCents when there is no VAT, absent while it is not known. */
    taxedCents?: number;
    summary?: string;
    theme?: string;
    objective?: string;
    programme?: string[];
    prerequisites?: string;
    audience?: string;
    methods?: string;
    evaluation?: string;
    outcome?: string;
    trainers?: string;
    accessibility?: string;
    accessTime?: string;
  };
  halfDays: { start: string; end: string }[];
  place: string;
  remote?: boolean;
  address?: string;
  mapUrl?: string;
  capacity: number;
  seatsLeft: number;
  waiting: number;
  status?: 'open' | 'closed' | 'cancelled';
  closesAt: string;
  funding: Record<Mode, Possibility>;
  access?: string;
  identity?: { possible: boolean; text: string; ways: IdentityWay[] };
}

/** A way to a digital identity, and whether it still leads there in time for the session. */
export interface IdentityWay {
  key: string;
  title: string;
  chance: 'in-time' | 'too-late' | 'unknown';
  startBy?: string;
}

/** The text of a convention to sign online; it goes back as it came. */
export interface ConventionText {
  number: string;
  text: string;
  digest: string;
  seal: string;
}

/** What the contact at the collectivité may see and declare. */
export interface AuthorityFile {
  reference: string;
  name: string;
  authority: string;
  /** Of a group, which the collectivité enrolled itself. */
  people?: GroupMember[];
  session: Session;
  papers: Paper[];
  /** Why nothing can be declared any more. */
  closed?: string;
  /** The request came from a colleague, or went to one (`to`): this link then only reads. */
  handed?: { at: string; by: string; to?: string };
  /** No mails go to the contact, as they asked. */
  silent?: boolean;
  answer?: { given: 'accord' | 'refus'; ground?: string; says?: string; detail?: string; at: string; by?: string };
  billing?: {
    known: boolean;
    siret?: string;
    service?: string;
    commitment?: string;
    address?: string;
    at: string;
    by?: string;
  };
  convention?: { at: string; by?: string; stale?: boolean; scan?: { sentAt: string; pages: number; pdf?: boolean } };
  /** The signed convention can be sent from the page. */
  scans?: boolean;
  /** Of the convention, online; `both`: when the organisation signed too. */
  signature?: { at: string; by: string; function: string; both?: string; stale?: boolean };
  grounds: { key: string; title: string; hint?: string; says?: string }[];
  law: string[];
}

export interface Link {
  title: string;
  url: string;
  verified: boolean;
}

interface StepOption {
  key: string;
  title: string;
  body: string[];
  recommended?: boolean;
  delay?: string;
  links: Link[];
}

export interface Step {
  key: string;
  title: string;
  done: boolean;
  doneAt?: string;
  doneBy?: 'holder' | 'staff' | 'authority';
  /** What the collectivité and the élu declared of it; the latest stands. */
  said?: string[];
  available?: boolean;
  unavailableReason?: string;
  summary?: string;
  body?: string[];
  options?: StepOption[];
  links?: Link[];
  /** Kinds of the papers that it is done with. */
  papers?: string[];
  help?: string[];
  doneLabel?: string;
}

export interface Paper {
  kind: string;
  title: string;
  available: boolean;
  reason?: string;
}

export interface Contact {
  name: string;
  email: string;
}

/** Of a personal contract: where it is sent, then how much is paid, from which day (once signed) and to whom. */
export interface Payment {
  totalCents: number;
  firstCents?: number;
  from?: string;
  payee: string;
  iban?: string;
  reference: string;
  address: string;
  email?: string;
}

/**
 * The right to withdraw from the signed personal contract while it lasts, until the end of lastDay; then when it was used.
 * keepsSeat: that contract does not pay for the seat any more.
 */
export interface Withdrawal {
  contract: string;
  keepsSeat?: boolean;
  signedAt?: string;
  lastDay?: string;
  at?: string;
}

type Status = 'reserved' | 'confirmed' | 'attended' | 'waiting' | 'offered' | 'cancelled' | 'expired';

export interface Enrolment {
  opinion?: Opinion;
  id: string;
  reference: string;
  status: Status;
  /** 1 is first; 1001 stands for that far and further. */
  position?: number;
  offeredUntil?: string;
  funding: Mode;
  session: Session;
  steps: Step[];
  nextStep?: string;
  /** settled only once those who must have accepted have; declared: the élu says that all is done. */
  fundingState?: 'todo' | 'declared' | 'settled';
  /** The DIFE request, once it is declared. */
  request?: {
    stage: 'awaited' | 'unanswered' | 'proposed' | 'lapsed' | 'confirmed' | 'void';
    answerBy?: string;
    confirmBy?: string;
    text: string;
  };
  deadline?: { at: string; daysLeft: number; workingDays: boolean; text: string };
  /** The DIFE no longer fits: what the page says first, and the button to another way of paying. */
  otherWay?: { title: string; text: string; button: string };
  papers?: Paper[];
  helpline?: { label: string; number: string; hours: string; open: boolean; text: string };
  videoUrl?: string;
  needs?: string;
  authorityContact?: Contact & { from?: string; silent?: boolean };
  /** When another than the mandate’s collectivité pays. */
  payer?: Payer;
  person?: { title?: string; firstName: string; lastName: string; birthName?: string; email: string; phone?: string };
  mandate?: { kind: string; authority: string };
  /** What the present contact was sent, oldest first. */
  sentToContact?: { label: string; at: string; returned?: boolean }[];
  payment?: Payment;
  withdrawal?: Withdrawal;
  unreachable?: boolean;
  remindersStopped?: boolean;
  /** The address is to be confirmed, by the mailed link. Held: a seat or a place in the queue is kept meanwhile. */
  proof?: { by: string; held: boolean; text: string };
  /** The address that they asked to be written to at, until it confirms. */
  newEmail?: { email: string; by: string };
  createdAt: string;
}

export interface Payer {
  kind: string;
  name: string;
}

/** The questionnaire of who attended; once given, only the thanks. */
export interface Opinion {
  given: boolean;
  title: string;
  text: string;
  questions?: string[];
  choices?: string[];
}

export interface EnrolmentRequest {
  needs?: string;
  sessionId: string;
  funding: Mode;
  person: { title?: string; firstName: string; lastName: string; birthName?: string; email: string; phone?: string };
  mandate: { kind: string; authority: string };
  authorityContact?: Contact;
  payer?: Payer;
  consent: true;
  kiosk?: string; // pass of a kiosk that the organisation opened
}

/** What a collectivité sends to enrol several of its élus. */
export interface GroupRequest {
  sessionId: string;
  authority: string;
  contact: Contact;
  people: { firstName: string; lastName: string; email: string; mandate: string }[];
  rest: '' | 'wait';
  consent: true;
}

export interface GroupMember {
  name: string;
  mandate: string;
  seat: boolean;
}

export interface GroupAnswer {
  reference: string;
  people: GroupMember[];
  link: string;
}
