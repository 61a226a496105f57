/** Somebody who came and is on no list: what is asked of them, once, in the room. A name is enough to be noted; an e-mail address to be enrolled. */
import answers from 'echarpe:answers';
import { checkEmail, checkPhone, checkText } from '../check.js';
import { radios, textField, type Errors, type FormState, type Values } from '../form.js';
import { html, nothing } from '../page.js';
import type { Details } from './taps.js';

/** In the order of the form. */
export const FIELDS = ['firstName', 'lastName', 'email', 'phone', 'mandate', 'authority', 'funding'] as const;

/** What is wrong; an empty one can be sent. */
export function faults(values: Values): Errors {
  const enrols = Boolean(values['email']?.trim());
  const found: Errors = {
    firstName: checkText(values['firstName'], 'Écrivez le prénom.', 80),
    lastName: checkText(values['lastName'], 'Écrivez le nom.', 80),
    phone: checkPhone(values['phone']),
  };
  if (enrols) {
    found['email'] = checkEmail(values['email'], '');
    if (!values['mandate']) found['mandate'] = 'Choisissez le mandat.';
    found['authority'] = checkText(values['authority'], 'Écrivez le nom de la collectivité.', 150);
    if (!values['funding']) found['funding'] = 'Choisissez qui paiera.';
  }
  return Object.fromEntries(Object.entries(found).filter(([, text]) => text));
}

export const details = (values: Values) =>
  Object.fromEntries(FIELDS.map((id) => [id, (values[id] ?? '').trim()])) as unknown as Details;

export function strangerForm(state: FormState, submit: (event: Event) => void) {
  const wrong = state.errors['mandate'];
  return html`<form @submit=${submit} novalidate aria-label="Ajouter une personne">
    ${textField({ id: 'firstName', label: 'Prénom', capitals: 'words', limit: 80, required: true }, state)}
    ${textField({ id: 'lastName', label: 'Nom', capitals: 'words', limit: 80, required: true }, state)}
    ${textField(
      {
        id: 'email',
        label: 'Adresse e-mail',
        type: 'email',
        inputmode: 'email',
        hint: 'Son dossier y sera envoyé. Sans elle, la personne est seulement notée : l’organisme l’appellera.',
      },
      state,
    )}
    ${textField({ id: 'phone', label: 'Téléphone', type: 'tel', inputmode: 'tel', optional: true }, state)}
    <div class="field ${wrong ? 'bad' : ''}">
      <label for="mandate">Mandat</label>
      ${wrong ? html`<p class="error" id="mandate-error"><span class="hidden">Erreur&nbsp;: </span>${wrong}</p>` : nothing}
      <select
        id="mandate"
        name="mandate"
        aria-invalid=${wrong ? 'true' : nothing}
        aria-describedby=${wrong ? 'mandate-error' : nothing}
      >
        <option value="">Choisissez le mandat</option>
        ${answers.mandates.map(
          (m) => html`<option value=${m.key} ?selected=${state.values['mandate'] === m.key}>${m.title}</option>`,
        )}
      </select>
    </div>
    ${textField({ id: 'authority', label: 'Collectivité', capitals: 'words', limit: 150 }, state)}
    ${radios(
      'funding',
      'Qui paiera ?',
      [
        { value: 'collectivite', label: 'Sa collectivité' },
        {
          value: 'personnel',
          label: 'La personne elle-même',
          hint: 'Le DIFE n’est plus possible le jour de la formation.',
        },
      ],
      state,
    )}
    <button class="button quiet" type="submit">Ajouter cette personne</button>
  </form>`;
}
