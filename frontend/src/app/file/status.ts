/** Where the file stands, in one panel. */
import { html, nothing } from 'lit';
import type { Enrolment } from '../contract.js';
import { sayInstant, sayRank } from '../french.js';
import { icon, type IconName } from '../icons.js';

interface Word {
  title: string;
  text: string;
  icon: IconName;
  queue?: boolean;
}

/** Neither a seat nor a place in the queue until its address is confirmed. */
export const isAside = (file: Enrolment) => file.status === 'waiting' && file.proof?.held === false;

export function statusWord(file: Enrolment, now = Date.now()): Word {
  switch (file.status) {
    case 'reserved':
      if (over(file, now)) return OVER;
      if (file.otherWay) return { title: file.otherWay.title, text: file.otherWay.text, icon: 'alert', queue: true };
      return {
        title: 'Votre place est réservée',
        text:
          file.fundingState === 'declared'
            ? 'Toutes les étapes sont déclarées faites. Il reste à notre équipe à le noter.'
            : 'Il reste à régler le financement, étape par étape.',
        icon: 'done',
      };
    case 'confirmed':
      if (over(file, now)) return OVER;
      return {
        title: 'Votre financement est réglé',
        text: 'Votre place est réservée, et tout est en ordre pour la payer.',
        icon: 'done',
      };
    case 'attended':
      return { title: 'Vous avez suivi cette formation', text: 'Merci de votre venue.', icon: 'done' };
    case 'waiting':
      if (isAside(file))
        return {
          title: 'Votre adresse est à confirmer',
          text: 'Votre demande est enregistrée. Elle n’a pas encore de place.',
          icon: 'queue',
          queue: true,
        };
      if (inVain(file, now))
        return {
          title: 'La liste d’attente est close',
          text:
            file.funding === 'dife'
              ? 'Aucune place ne s’est libérée. Vous n’avez rien à payer. Si vous avez déjà envoyé une demande sur Mon Compte Élu pour cette session, annulez-la là-bas.'
              : 'Aucune place ne s’est libérée. Vous n’avez rien à payer, ni à annuler.',
          icon: 'queue',
          queue: true,
        };
      return {
        title: 'Vous êtes sur la liste d’attente',
        text: `${file.position ? `Vous êtes ${sayRank(file.position)}. ` : ''}Dès qu’une place se libère, elle est proposée dans l’ordre d’arrivée, par e-mail.`,
        icon: 'queue',
        queue: true,
      };
    case 'offered':
      return {
        title: 'Une place vous est proposée',
        text: file.offeredUntil
          ? `Répondez avant ${sayInstant(file.offeredUntil)}, heure de Paris. Ensuite, elle passe à la personne suivante.`
          : '',
        icon: 'seat',
        queue: true,
      };
    case 'cancelled':
      if (file.withdrawal?.at && !file.withdrawal.keepsSeat)
        return {
          title: 'Vous avez renoncé au contrat',
          text: `Rétractation reçue ${sayInstant(file.withdrawal.at)}, heure de Paris. Vous ne devez rien. L’accusé de réception est dans votre boîte e-mail.`,
          icon: 'cross',
          queue: true,
        };
      return calledOff(file)
        ? {
            title: 'Cette session est annulée',
            text: `Nous avons dû l’annuler, et nous vous prions de nous en excuser. Choisissez une autre session\u00a0: vous n’aurez rien à retaper.${file.funding === 'dife' ? ' Une demande envoyée sur Mon Compte Élu pour celle-ci ne vaut plus\u00a0: elle est à refaire pour l’autre.' : ''}`,
            icon: 'cross',
            queue: true,
          }
        : {
            title: 'Cette inscription est annulée',
            text: 'Vous n’avez plus de place à cette session, ni sur sa liste d’attente.',
            icon: 'cross',
            queue: true,
          };
    case 'expired':
      return {
        title: 'L’offre de place a expiré',
        text: 'La place n’est plus gardée pour vous. Vous pouvez vous inscrire de nouveau, à cette session ou à une autre.',
        icon: 'clock',
        queue: true,
      };
  }
}

export function statusPanel(file: Enrolment) {
  const word = statusWord(file);
  return html`<div class="done ${word.queue ? 'queue' : ''}">
    ${icon(word.icon)}
    <h1>${word.title}</h1>
    <p>${word.text}</p>
    ${file.reference ? html`<p>Référence <span class="reference">${file.reference}</span></p>` : nothing}
  </div>`;
}

const OVER: Word = { title: 'Cette formation a eu lieu', text: 'Votre dossier reste ouvert ici.', icon: 'done' };

const over = (file: Enrolment, now: number) => Date.parse(file.session.halfDays.slice(-1)[0]!.end) <= now;

export const isLive = (file: Enrolment) => ['reserved', 'confirmed', 'waiting', 'offered'].includes(file.status);

/** Waited to the end: the session is closed and no seat is offered any more. By the clock too: a kept file may be old. */
export const inVain = (file: Enrolment, now = Date.now()) =>
  file.status === 'waiting' && (file.session.status === 'closed' || Date.parse(file.session.closesAt) <= now);

/** Once the session has begun, its files do not move to another one. */
export const begun = (file: Enrolment, now = Date.now()) => Date.parse(file.session.halfDays[0]!.start) <= now;

/** The organisation cancelled the session: the file may go on to another one. */
export const calledOff = (file: Enrolment) => file.status === 'cancelled' && file.session.status === 'cancelled';
