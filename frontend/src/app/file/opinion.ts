/** What who attended thought of the session: five questions, once, without a name. */
import type { Enrolment } from '../contract.js';
import { focusSummary, radios, read } from '../form.js';
import { html, nothing } from '../page.js';
import type { File } from './file.js';

export function opinion(at: File, file: Enrolment) {
  const asked = file.opinion;
  if (!asked?.questions || !asked.choices) return html`<p>${asked?.text ?? 'Ce questionnaire est fermé.'}</p>`;
  const choices = asked.choices.map((label, i) => ({ value: String(i + 1), label })).reverse();
  const send = (event: Event) => {
    event.preventDefault();
    const values = read(event.target as HTMLFormElement);
    const answers = asked.questions!.map((_, i) => Number(values[`q${i}`] ?? 0));
    if (answers.some(Boolean)) void at.act(() => at.api!.opinion(answers), 'Merci, votre avis est compté.', '');
    else {
      at.values = values;
      at.errors = { q0: 'Répondez à une question au moins, ou revenez à votre dossier.' };
      void at.updateComplete.then(() => focusSummary(at));
    }
  };
  // What was wrong goes with the first answer; what is answered stays when sending fails.
  const answer = (event: Event) => {
    at.errors = {};
    at.typing(event);
  };
  return html`<p class="lead">${asked.text}</p>
    <form @submit=${send} @change=${answer} novalidate>
      ${asked.questions.map((q, i) => radios(`q${i}`, q, choices, at))}
      <button class="button" type="submit" aria-disabled=${at.busy ? 'true' : nothing}>Envoyer mon avis</button>
    </form>`;
}
