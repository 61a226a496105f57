/** The table of people, and who asks for them. */
import texts from 'echarpe:answers';
import { textField } from '../form.js';
import { saySeats } from '../french.js';
import { html, nothing } from '../page.js';
import { MOST, type Council } from './group.js';

export function people(at: Council) {
  const state = { values: at.values, errors: at.errors };
  return html`<p>
      Jusqu’à ${MOST} élus de la même collectivité, qui paie. Chacun reçoit sa confirmation et son dossier à son
      adresse, et la confirme. Vous recevez un devis et une convention pour tous.
      <strong>${saySeats(at.session!).text}.</strong>
    </p>
    <form novalidate @submit=${at.submit} @input=${at.typing} @change=${at.typing}>
      ${textField({ id: 'authority', label: 'Nom de la collectivité', limit: 150, required: true, autocomplete: 'organization' }, state)}
      ${textField({ id: 'contact.name', label: 'Votre nom', hint: 'Vous êtes le contact de la collectivité pour cette demande.', limit: 120, required: true, autocomplete: 'name' }, state)}
      ${textField({ id: 'contact.email', label: 'Votre adresse e-mail', type: 'email', limit: 254, required: true, autocomplete: 'email' }, state)}
      <h2 id="liste">Les élus</h2>
      <p class="meta">Dans cet ordre, si les places manquent.</p>
      ${Array.from({ length: at.rows }, (_, i) => person(at, i))}
      ${
        at.rows < MOST
          ? html`<p>
              <button class="button quiet" type="button" @click=${() => at.add()}>Ajouter une personne</button>
            </p>`
          : html`<p>Il y a ${MOST} personnes : pour d’autres, faites une seconde demande.</p>`
      }
      <div class="actions"><button class="button">Continuer</button></div>
    </form>`;
}

function person(at: Council, i: number) {
  const state = { values: at.values, errors: at.errors };
  const id = (field: string) => `people.${i}.${field}`;
  return html`<fieldset class="person">
    <legend>Personne ${i + 1}</legend>
    <div class="columns">
      ${textField({ id: id('firstName'), label: 'Prénom', limit: 80, required: true }, state)}
      ${textField({ id: id('lastName'), label: 'Nom', limit: 80, required: true }, state)}
      ${textField({ id: id('email'), label: 'Adresse e-mail', type: 'email', limit: 254, required: true }, state)}
      ${mandate(at, id('mandate'))}
    </div>
    ${
      at.rows > 2
        ? html`<button class="link" type="button" @click=${() => at.takeOut(i)}>
            Retirer<span class="hidden"> la personne ${i + 1}</span>
          </button>`
        : nothing
    }
  </fieldset>`;
}

function mandate(at: Council, id: string) {
  const error = at.errors[id];
  const value = at.values[id] ?? '';
  return html`<div class="field ${error ? 'bad' : ''}">
    <label for=${id}>Mandat (obligatoire)</label>
    ${error ? html`<p class="error" id="${id}-error"><span class="hidden">Erreur : </span>${error}</p>` : nothing}
    <select
      id=${id}
      name=${id}
      required
      aria-invalid=${error ? 'true' : nothing}
      aria-describedby=${error ? `${id}-error` : nothing}
    >
      <option value="" ?selected=${!value}>Choisissez</option>
      ${texts.mandates.map((m) => html`<option value=${m.key} ?selected=${m.key === value}>${m.title}</option>`)}
    </select>
  </div>`;
}
