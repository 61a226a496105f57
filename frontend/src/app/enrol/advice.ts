import content from 'echarpe:content';
import { advise } from '../choose.js';
import type { Mode } from '../contract.js';
import { html, notice } from '../page.js';
import type { Enrol } from './enrol.js';
import { nextStep, type StepKey } from './route.js';

export function advice(at: Enrol) {
  const advice = advise(at.draft.session!, at.draft, Date.now());
  if (!advice) return notice('alert', 'Les inscriptions à cette session sont closes.');
  return html`${notice(
      'good',
      html`<h2>${content.modes[advice.mode].title}</h2>
        ${advice.reasons.map((r) => html`<p>${r}</p>`)}`,
    )}
    <p>${content.modes[advice.mode].asks}</p>
    <div class="actions">
      <button class="button" type="button" @click=${() => follow(at, advice.mode)}>
        Choisir : ${content.modes[advice.mode].title.toLowerCase()}
      </button>
      <button class="button quiet" type="button" @click=${() => at.go('financement', at.mending)}>
        Voir les trois façons de payer
      </button>
    </div>`;
}

function follow(at: Enrol, funding: Mode) {
  const { answered } = at.draft;
  const known = ['financement', ...(funding === 'dife' ? ['identite-numerique'] : [])];
  at.save({
    ...at.draft,
    funding,
    helping: false,
    answered: [...answered.filter((s) => !known.includes(s)), ...known],
  });
  const next: StepKey = funding === 'dife' ? 'identite-reponse' : nextStep(at.draft, 'financement', at.mending);
  at.go(next, at.mending && next !== 'verification');
}
