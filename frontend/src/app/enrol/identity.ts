import content from 'echarpe:content';
import { difeDeadline, feasibility, wayOf } from '../choose.js';
import { sayDay } from '../french.js';
import { html, nothing, notice } from '../page.js';
import type { Enrol } from './enrol.js';
import { nextStep } from './route.js';

export function identityAnswer(at: Enrol) {
  const { session, identity } = at.draft;
  const result = feasibility(session!, identity!, Date.now());
  const until = difeDeadline(session!, Date.now());
  const deadline = until ? html`<p><strong>${until}</strong></p>` : nothing;
  const begin = identity === 'oui' ? undefined : wayOf(session!, identity!)?.startBy;
  const startBy = begin ? html`<p>Commencez au plus tard le <strong>${sayDay(begin)}</strong>.</p>` : nothing;
  const screens = {
    ready: () =>
      notice(
        'good',
        html`<h2>Possible dès maintenant</h2>
          <p>Votre identité numérique est prête.</p>
          ${deadline}`,
      ),
    'post-office': () =>
      notice(
        'good',
        html`<h2>Possible, si vous vous y prenez dès aujourd’hui</h2>
          <p>
            Allez dans un bureau de poste avec une pièce d’identité : votre Identité Numérique y est créée avec vous.
            ${content.identityDelays['bureau-de-poste']}
          </p>
          ${startBy} ${deadline}
          <p>${helpline(at)}</p>`,
      ),
    paper: () =>
      notice(
        'warm',
        html`<h2>Possible par courrier, en commençant aujourd’hui</h2>
          <p>
            Sans smartphone, l’identité numérique se demande par courrier. ${content.identityDelays['sans-smartphone']}
          </p>
          ${startBy} ${deadline}
          <p>${helpline(at)}</p>`,
      ),
    late: () =>
      notice(
        'alert',
        html`<h2>Trop tard avec le DIFE pour cette session</h2>
          <p>Votre identité numérique ne serait pas prête à temps. ${until}</p>
          <p>Votre collectivité peut payer, ou vous pouvez payer vous-même : votre place n’en dépend pas.</p>`,
      ),
    closed: () =>
      notice(
        'alert',
        html`<h2>Le DIFE n’est plus possible pour cette session</h2>
          <p>${session!.funding.dife.reason ?? ''}</p>`,
      ),
  };
  const possible = result !== 'late' && result !== 'closed';
  return html`${screens[result]()}
    <div class="actions">
      ${
        possible
          ? html`<button class="button" type="button" @click=${() => onward(at)}>Continuer avec le DIFE</button>`
          : html`<button class="button" type="button" @click=${() => at.go('financement', at.mending)}>
              Choisir une autre façon de payer
            </button>`
      }
    </div>
    ${result === 'late' ? html`<p><button class="link" type="button" @click=${() => onward(at)}>Mon identité numérique sera prête autrement : continuer avec le DIFE</button></p>` : nothing}
    ${possible && result !== 'ready' ? html`<p><button class="link" type="button" @click=${() => at.go('financement', at.mending)}>Choisir une autre façon de payer</button></p>` : nothing}`;
}

function helpline(at: Enrol) {
  const { label, number, text } = content.helpline;
  const shown = at.kiosk
    ? html`<strong class="nowrap">${number}</strong>`
    : html`<a class="number nowrap" href="tel:${number.replace(/\s/g, '')}">${number}</a>`;
  return html`${label} : ${shown}<br />${text}`;
}

function onward(at: Enrol) {
  const answered = [...at.draft.answered.filter((s) => s !== 'identite-reponse'), 'identite-reponse'];
  at.save({ ...at.draft, answered });
  const next = nextStep(at.draft, 'identite-reponse', at.mending);
  at.go(next, at.mending && next !== 'verification');
}
