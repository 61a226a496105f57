/** Fields, errors and their summary: one way to draw them everywhere. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

export type Errors = Record<string, string>;
export type Values = Record<string, string>;

interface Field {
  id: string;
  label: string;
  hint?: string | TemplateResult;
  type?: 'text' | 'email' | 'tel';
  autocomplete?: string;
  inputmode?: 'text' | 'email' | 'tel' | 'numeric';
  capitals?: 'words' | 'off';
  limit?: number;
  required?: boolean;
  optional?: boolean;
}

export interface Choice {
  value: string;
  label: string;
  hint?: string | TemplateResult;
  disabled?: boolean;
}

/** What a form knows when it is drawn. On the kiosk nothing is offered from what others typed. */
export interface FormState {
  values: Values;
  errors: Errors;
  kiosk?: boolean;
}

/** The list of what is wrong, above the heading; focus it with focusSummary. */
export function errorSummary(errors: Errors, fields: string[]) {
  const wrong = fields.filter((id) => errors[id]);
  const others = Object.keys(errors).filter((id) => !fields.includes(id));
  if (!wrong.length && !others.length) return nothing;
  return html`<div class="summary" role="alert" tabindex="-1" aria-labelledby="summary-title">
    <h2 id="summary-title">Il y a un problème</h2>
    <ul>
      ${wrong.map((id) => html`<li><a href="#${id}" @click=${toField}>${errors[id]}</a></li>`)}
      ${others.map((id) => html`<li>${errors[id]}</li>`)}
    </ul>
  </div>`;
}

/** Goes to a field with its label in view, without touching the address (it can hold a token). */
function toField(event: Event) {
  event.preventDefault();
  const id = (event.currentTarget as HTMLAnchorElement).hash.slice(1);
  const input = document.getElementById(id) ?? document.querySelector<HTMLElement>(`[name="${CSS.escape(id)}"]`);
  input?.closest('.field')?.scrollIntoView({ block: 'start' });
  input?.focus({ preventScroll: true });
}

export function focusSummary(root: ParentNode) {
  const summary = root.querySelector<HTMLElement>('.summary');
  summary?.scrollIntoView({ block: 'start' });
  summary?.focus({ preventScroll: true });
}

export function textField(field: Field, state: FormState) {
  const { id } = field;
  const error = state.errors[id];
  const described = [field.hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  const names = field.autocomplete?.includes('name') || field.type === 'email';
  return html`<div class="field ${error ? 'bad' : ''}">
    <label for=${id}>${field.label}${mark(field)}</label>
    ${field.hint ? html`<p class="hint" id="${id}-hint">${field.hint}</p>` : nothing} ${errorText(id, error)}
    <input
      id=${id}
      name=${id}
      type=${field.type ?? 'text'}
      .value=${live(state.values[id] ?? '')}
      maxlength=${field.limit ?? 200}
      autocomplete=${(state.kiosk ? 'off' : field.autocomplete) ?? 'off'}
      inputmode=${field.inputmode ?? nothing}
      autocapitalize=${field.capitals ?? (field.type === 'email' ? 'off' : names ? 'words' : nothing)}
      spellcheck=${names ? 'false' : nothing}
      aria-describedby=${described || nothing}
      aria-invalid=${error ? 'true' : nothing}
      ?required=${field.required}
    />
  </div>`;
}

/** What may tell of someone's health is asked with its purpose, who reads it and how long it is kept. */
export const needsField = (label: string, state: FormState, more = '') =>
  textField(
    {
      id: 'needs',
      label,
      hint: `Accès, sous-titres, pauses… Dites ce qu’il vous faut, sans motif médical. Ceux qui vous accueillent le lisent ; nous l’effaçons après la session.${more}`,
      limit: 300,
      optional: true,
    },
    state,
  );

export function radios(
  name: string,
  legend: TemplateResult | string,
  choices: Choice[],
  state: FormState,
  hide = false,
) {
  const error = state.errors[name];
  return html`<fieldset class="field ${error ? 'bad' : ''}" aria-describedby=${error ? `${name}-error` : nothing}>
    <legend class=${hide ? 'hidden' : ''}>${legend}</legend>
    ${errorText(name, error)}
    ${choices.map(
      (c, i) =>
        html`<label class="choice"
          ><input
            type="radio"
            name=${name}
            id=${i === 0 ? name : `${name}-${c.value}`}
            value=${c.value}
            .checked=${live(state.values[name] === c.value && !c.disabled)}
            ?disabled=${c.disabled}
          /><span
            ><span class="name">${c.label}</span>${c.hint ? html`<span class="more">${c.hint}</span>` : nothing}</span
          ></label
        >`,
    )}
  </fieldset>`;
}

export function selectField(id: string, label: string, choices: [string, string][], value: string) {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select id=${id} name=${id}>
      ${choices.map(([v, text]) => html`<option value=${v} ?selected=${v === value}>${text}</option>`)}
    </select>
  </div>`;
}

export function checkbox(id: string, label: string | TemplateResult, state: FormState) {
  const error = state.errors[id];
  return html`<div class="field ${error ? 'bad' : ''}">
    ${errorText(id, error)}
    <label class="choice"
      ><input
        type="checkbox"
        id=${id}
        name=${id}
        value="oui"
        .checked=${live(state.values[id] === 'oui')}
        aria-describedby=${error ? `${id}-error` : nothing}
        aria-invalid=${error ? 'true' : nothing}
        required
      /><span>${label}</span></label
    >
  </div>`;
}

const mark = (field: Field) => (field.required ? ' (obligatoire)' : field.optional ? ' (facultatif)' : '');
const errorText = (id: string, error?: string) =>
  error ? html`<p class="error" id="${id}-error"><span class="hidden">Erreur : </span>${error}</p>` : nothing;

/** What is typed in a form, as it is. */
export function read(form: HTMLFormElement): Values {
  const values: Values = {};
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') values[name] = value;
  return values;
}
