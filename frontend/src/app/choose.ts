/** Which way to pay is still possible, and which one suits. Dates and delays are the server's. */
import content from 'echarpe:content';
import { MODES, type IdentityWay, type Mode, type Possibility, type Session } from './contract.js';
import { sayDay } from './french.js';

/** Has the person a digital identity: yes; no, but a smartphone; no, and no smartphone. */
export type Identity = 'oui' | 'non' | 'sans-smartphone';

/** Is DIFE possible: ready; at the post office; on paper; too late; or closed whatever the identity. */
type Feasibility = 'ready' | 'post-office' | 'paper' | 'late' | 'closed';

/** Open by the server's word and by the clock of now: a list seen an hour ago does not promise what is over. */
export function isOpen(session: Session, mode: Mode, now: number): boolean {
  const { open, closesAt } = session.funding[mode];
  return open && (!closesAt || Date.parse(closesAt) > now);
}

/** Until when, as people are told: a working day; once it has passed and the limit has not, today. */
export function until({ closesAt, lastDay }: Possibility, now: number): string {
  const day = lastDay ?? closesAt;
  if (!day) return '';
  return Date.parse(day) < now ? 'aujourd’hui, dernier moment' : `jusqu’au ${sayDay(day)}`;
}

export function feasibility(session: Session, identity: Identity, now: number): Feasibility {
  if (!isOpen(session, 'dife', now)) return 'closed';
  if (identity === 'oui') return 'ready';
  const way = wayOf(session, identity);
  const late = way?.chance === 'too-late' || (way?.startBy !== undefined && Date.parse(way.startBy) < now);
  if (late) return 'late';
  return identity === 'non' ? 'post-office' : 'paper';
}

/** The way that suits: the post office; by post for someone without a smartphone. */
export function wayOf(session: Session, identity: Identity): IdentityWay | undefined {
  const key = identity === 'sans-smartphone' ? 'sans-smartphone' : 'bureau-de-poste';
  return session.identity?.ways.find((w) => w.key === key);
}

export interface Answers {
  seat?: string; // 'conseil' or 'syndicat'
  authorityPays?: string; // 'oui', 'peut-etre' or 'non'
  identity?: Identity;
}

interface Advice {
  mode: Mode;
  reasons: string[];
}

/** The advice after three questions; undefined when nothing is open any more. */
export function advise(session: Session, answers: Answers, now: number): Advice | undefined {
  const open = MODES.filter((m) => isOpen(session, m, now));
  const dife = answers.identity ? feasibility(session, answers.identity, now) : 'closed';
  const difeWorks = answers.seat !== 'syndicat' && dife !== 'closed' && dife !== 'late';
  const order: [Mode, boolean, string[]][] = [
    [
      'collectivite',
      answers.authorityPays === 'oui',
      ['Votre collectivité peut payer : c’est le plus simple, et vos droits DIFE restent entiers.'],
    ],
    ['dife', difeWorks, [difeReason(dife), difeDeadline(session, now)]],
    [
      'collectivite',
      answers.authorityPays !== 'non',
      [whyNotDife(answers, dife), `${content.authorityDuty} Nous vous donnons la lettre, le devis et le programme.`],
    ],
    ['personnel', true, [whyNotDife(answers, dife), `Payer vous-même reste possible. ${content.modes.personnel.asks}`]],
  ];
  const found = order.find(([mode, suits]) => suits && open.includes(mode));
  if (found) return { mode: found[0], reasons: found[2].filter(Boolean) };
  return open[0]
    ? { mode: open[0], reasons: ['C’est la seule façon de payer encore possible pour cette session.'] }
    : undefined;
}

function difeReason(dife: Feasibility): string {
  if (dife === 'ready') return 'Vous avez déjà une identité numérique : le DIFE est possible dès maintenant.';
  if (dife === 'paper')
    return `Votre identité numérique peut encore être prête à temps par courrier, à condition de commencer aujourd’hui. Délai : ${content.identityDelays['sans-smartphone']?.toLowerCase()}`;
  return `Votre identité numérique peut être prête à temps, dans un bureau de poste. ${content.identityDelays['bureau-de-poste']}`;
}

export function difeDeadline(session: Session, now: number): string {
  const day = session.funding.dife.lastDay ?? session.funding.dife.closesAt;
  if (!day) return '';
  return Date.parse(day) < now
    ? 'Votre demande sur Mon Compte Élu doit être faite aujourd’hui : c’est le dernier moment.'
    : `Votre demande sur Mon Compte Élu doit être faite au plus tard le ${sayDay(day)}.`;
}

function whyNotDife(answers: Answers, dife: Feasibility): string {
  if (answers.seat === 'syndicat') return 'Un mandat dans un syndicat n’ouvre pas de droits DIFE.';
  if (dife === 'closed') return 'Le DIFE n’est plus possible pour cette session.';
  return dife === 'late' ? 'Votre identité numérique ne serait pas prête à temps pour le DIFE.' : '';
}
