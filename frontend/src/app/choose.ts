/** Which way to pay is still possible, and which one suits. Dates are the server's; delays are the guide's. */
import content from 'echarpe:content';
import { MODES, type Mode, type Session } from './contract.js';
import { sayDay } from './french.js';

const HOUR = 3_600_000;

/** Has the person a digital identity: yes; no, but a smartphone; no, and no smartphone. */
export type Identity = 'oui' | 'non' | 'sans-smartphone';

/** Is DIFE possible: ready; at the post office; on paper; too late; or closed whatever the identity. */
export type Feasibility = 'ready' | 'post-office' | 'paper' | 'late' | 'closed';

/** Open by the server's word and by the clock of now: a list seen an hour ago does not promise what is over. */
export function isOpen(session: Session, mode: Mode, now: number): boolean {
  const { open, closesAt } = session.funding[mode];
  return open && (!closesAt || Date.parse(closesAt) > now);
}

export function feasibility(session: Session, identity: Identity, now: number): Feasibility {
  if (!isOpen(session, 'dife', now)) return 'closed';
  if (identity === 'oui') return 'ready';
  const closesAt = session.funding.dife.closesAt;
  const left = closesAt ? Date.parse(closesAt) - now : Infinity;
  if (identity === 'non') return left >= content.identityFastHours * HOUR ? 'post-office' : 'late';
  return left >= content.identityPaperDays * 24 * HOUR ? 'paper' : 'late';
}

export interface Answers {
  seat?: string; // 'conseil' or 'syndicat'
  authorityPays?: string; // 'oui', 'peut-etre' or 'non'
  identity?: Identity;
}

export interface Advice {
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
    ['dife', difeWorks, [difeReason(dife), difeDeadline(session)]],
    [
      'collectivite',
      answers.authorityPays !== 'non',
      [
        whyNotDife(answers, dife),
        'Se former est un droit, et une dépense obligatoire pour la collectivité : nous vous donnons la lettre, le devis et le programme.',
      ],
    ],
    [
      'personnel',
      true,
      [
        whyNotDife(answers, dife),
        'Payer vous-même reste possible, avec 14 jours pour changer d’avis avant tout paiement.',
      ],
    ],
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
    return 'Votre identité numérique peut encore être prête à temps par courrier (environ quatre semaines), à condition de commencer aujourd’hui.';
  return 'Votre identité numérique peut être prête à temps : dans un bureau de poste, en général le jour même.';
}

function difeDeadline(session: Session): string {
  const at = session.funding.dife.closesAt;
  return at ? `Votre demande sur Mon Compte Élu doit être faite au plus tard le ${sayDay(at)}.` : '';
}

function whyNotDife(answers: Answers, dife: Feasibility): string {
  if (answers.seat === 'syndicat') return 'Un mandat dans un syndicat n’ouvre pas de droits DIFE.';
  if (dife === 'closed') return 'Le DIFE n’est plus possible pour cette session.';
  return dife === 'late' ? 'Votre identité numérique ne serait pas prête à temps pour le DIFE.' : '';
}
