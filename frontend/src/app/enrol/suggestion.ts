import { suggestEmail } from '../check.js';
import type { Values } from '../form.js';
import { html, notice } from '../page.js';
import type { Enrol } from './enrol.js';

/** A likelier address is offered once; Continuer again keeps what was typed. */
export function suggests(at: Enrol, values: Values): boolean {
  const typed = values['email'] ?? values['contactEmail'] ?? '';
  const better = suggestEmail(typed);
  if (!better || at.suggested === typed) return false;
  at.suggested = typed;
  at.suggestion = better;
  at.errors = {};
  at.requestUpdate();
  void at.updateComplete.then(() => at.querySelector<HTMLElement>('#suggestion')?.focus());
  return true;
}

export function suggestionNotice(at: Enrol) {
  return html`<div id="suggestion" tabindex="-1" role="group" aria-labelledby="suggestion-title">
    ${notice(
      'warm',
      html`<p id="suggestion-title">Vouliez-vous écrire <strong class="break">${at.suggestion}</strong> ?</p>
        <p>
          <button class="button quiet" type="button" @click=${() => useSuggestion(at)}>Oui, corriger l’adresse</button>
        </p>
        <p>Sinon, touchez « Continuer » : votre adresse reste comme vous l’avez écrite.</p>`,
      'info',
    )}
  </div>`;
}

function useSuggestion(at: Enrol) {
  const field = at.step === 'contact' ? 'contactEmail' : 'email';
  const values = { ...at.state().values, [field]: at.suggestion };
  at.suggestion = '';
  at.accept(values);
}
