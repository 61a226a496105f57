import content from 'echarpe:content';
import { html, nothing, notice } from '../page.js';
import type { Enrol } from './enrol.js';

/** Why a sending did not end as hoped. */
export type Failure =
  | { kind: 'offline' | 'unanswered' }
  | { kind: 'funding' | 'session' | 'busy' | 'other'; detail: string; requestId?: string };

export function failureNotice(at: Enrol, failure: Failure) {
  return html`<div id="failure" tabindex="-1" role="alert">${failureBody(at, failure)}</div>`;
}

function failureBody(at: Enrol, failure: Failure) {
  switch (failure.kind) {
    case 'offline':
      return notice(
        'warm',
        html`<h2>Pas de réseau : rien n’a été envoyé</h2>
          <p>
            Vos réponses sont gardées ${at.kiosk ? 'sur cette borne, le temps de réessayer' : 'dans cet onglet'}. Quand
            le réseau revient, touchez « Envoyer de nouveau » : nous n’envoyons rien sans vous.
          </p>`,
        'offline',
      );
    case 'unanswered':
      return notice(
        'warm',
        html`<h2>Nous n’avons pas reçu de réponse</h2>
          <p>
            Le réseau s’est coupé pendant l’envoi : nous ne savons pas si votre inscription est arrivée. Vos réponses
            sont gardées.
          </p>
          <p>Touchez « Envoyer de nouveau » : vous ne serez pas inscrit deux fois.</p>`,
        'offline',
      );
    case 'funding':
      return notice(
        'alert',
        html`<h2>Cette façon de payer n’est plus possible</h2>
          <p>${failure.detail}</p>
          <p>
            <button class="button" type="button" @click=${() => at.go('financement', true)}>
              Choisir une autre façon de payer
            </button>
          </p>`,
      );
    case 'session':
      return notice(
        'alert',
        html`<h2>Les inscriptions à cette session sont closes</h2>
          <p>${failure.detail}</p>
          ${at.kiosk ? nothing : html`<p><a class="button" href="/">Voir les autres sessions</a></p>`}`,
      );
    case 'busy':
      return notice(
        'warm',
        html`<h2>Trop de demandes à la fois</h2>
          <p>${failure.detail}</p>
          <p>Vos réponses sont gardées.</p>`,
      );
    default:
      return notice(
        'alert',
        html`<h2>Votre inscription n’a pas été enregistrée</h2>
          <p>${failure.detail}</p>
          <p>
            Vos réponses sont gardées. Vous pouvez réessayer, ou nous appeler au
            <span class="nowrap">${content.organisation.phone}.</span
            >${failure.requestId ? html` Numéro de la demande : <span class="break">${failure.requestId}</span>` : nothing}
          </p>`,
      );
  }
}
