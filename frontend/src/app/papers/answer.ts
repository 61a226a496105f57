/** The collectivité's answer: accord, or refusal with its ground. */
import { checkText } from '../check.js';
import type { AuthorityFile } from '../contract.js';
import { radios, read, textField, type Errors } from '../form.js';
import { html, nothing, notice } from '../page.js';
import { plainText } from '../plain.js';
import type { Papers } from './papers.js';

export function answer(at: Papers, file: AuthorityFile) {
  const had = file.answer;
  const values = {
    given: had?.given ?? '',
    ground: had?.ground ?? '',
    detail: had?.detail ?? '',
    ...at.values,
  };
  const state = { values, errors: at.errors };
  const says = file.grounds.find((g) => g.key === values.ground)?.says;
  return html`<p>Pour la formation de ${file.name}.</p>
    <form novalidate @submit=${(e: Event) => send(at, e)} @change=${at.typing}>
      ${radios(
        'given',
        'Réponse (obligatoire)',
        [
          { value: 'accord', label: 'Accord', hint: 'La collectivité paie la formation.' },
          { value: 'refus', label: 'Refus', hint: 'Nous vous en demandons le motif.' },
        ],
        state,
      )}
      ${
        values.given === 'refus'
          ? html`${radios(
                'ground',
                'Motif du refus (obligatoire)',
                file.grounds.map((g) => ({ value: g.key, label: g.title, hint: g.hint })),
                state,
              )}
              <div role="status">${says ? notice('plain', says) : nothing}</div>
              ${textField(
                {
                  id: 'detail',
                  label: 'Le motif, en quelques mots',
                  hint: `${file.name} le lira.`,
                  limit: 300,
                  ...(values.ground === 'autre' ? { required: true } : { optional: true }),
                },
                state,
              )}`
          : nothing
      }
      <div class="actions">
        <button class="button" aria-disabled=${at.busy ? 'true' : nothing}>Enregistrer la réponse</button>
        ${
          had
            ? html`<button
                class="button quiet"
                type="button"
                @click=${() => at.act(() => at.api!.takeBack('answer'), 'C’est noté : votre réponse est reprise.')}
              >
                Reprendre ma réponse
              </button>`
            : nothing
        }
      </div>
    </form>`;
}

function send(at: Papers, event: Event) {
  event.preventDefault();
  at.values = read(event.currentTarget as HTMLFormElement);
  const { given, ground = '', detail = '' } = at.values;
  const errors: Errors = {};
  if (!given) errors['given'] = 'Choisissez la réponse de la collectivité : accord ou refus.';
  if (given === 'refus') {
    if (!ground) errors['ground'] = 'Choisissez le motif du refus.';
    const wrong = checkText(detail, ground === 'autre' ? 'Dites le motif en quelques mots.' : '', 300);
    if (wrong) errors['detail'] = wrong;
  }
  if (at.wrong(errors)) return;
  const request = given === 'accord' ? { given } : { given: 'refus', ground, detail: plainText(detail) };
  void at.act(
    () => at.api!.declare('answer', request),
    given === 'accord' ? 'C’est noté : la collectivité est d’accord. Merci.' : 'C’est noté : votre refus est transmis.',
  );
}
