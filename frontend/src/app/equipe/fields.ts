/** What the organisation's forms have beyond the public ones': a list, a long text, a day, and a form that keeps what is typed. */
import { live } from 'lit/directives/live.js';
import { errorSummary, focusSummary, read, type Errors, type FormState, type Values } from '../form.js';
import { Problem } from '../api.js';
import { html, nothing, type Page, type TemplateResult } from '../page.js';
import { sentence } from './client.js';
import { draft } from './kept.js';
import { say } from './say.js';

interface Field {
  id: string;
  label: string;
  hint?: string;
  required?: boolean;
}

function around(field: Field, state: FormState, input: (described: string | typeof nothing) => TemplateResult) {
  const error = state.errors[field.id];
  const described = [field.hint ? `${field.id}-hint` : '', error ? `${field.id}-error` : ''].filter(Boolean).join(' ');
  return html`<div class="field ${error ? 'bad' : ''}">
    <label for=${field.id}>${field.label}${field.required ? ' (obligatoire)' : ''}</label>
    ${field.hint ? html`<p class="hint" id="${field.id}-hint">${field.hint}</p>` : nothing}
    ${
      error
        ? html`<p class="error" id="${field.id}-error"><span class="hidden">Erreur&nbsp;: </span>${error}</p>`
        : nothing
    }
    ${input(described || nothing)}
  </div>`;
}

export const listField = (field: Field, choices: [string, string][], state: FormState) =>
  around(
    field,
    state,
    (described) =>
      html`<select
        id=${field.id}
        name=${field.id}
        ?required=${field.required}
        aria-describedby=${described}
        aria-invalid=${state.errors[field.id] ? 'true' : nothing}
      >
        ${choices.map(
          ([value, text]) =>
            html`<option value=${value} .selected=${live((state.values[field.id] ?? '') === value)}>${text}</option>`,
        )}
      </select>`,
  );

export const longField = (field: Field & { limit: number; rows?: number }, state: FormState) =>
  around(
    field,
    state,
    (described) =>
      html`<textarea
        id=${field.id}
        name=${field.id}
        rows=${field.rows ?? 2}
        maxlength=${field.limit}
        ?required=${field.required}
        aria-describedby=${described}
        aria-invalid=${state.errors[field.id] ? 'true' : nothing}
        .value=${live(state.values[field.id] ?? '')}
      ></textarea>`,
  );

export const dayField = (field: Field & { min?: string; max?: string }, state: FormState) =>
  around(
    field,
    state,
    (described) =>
      html`<input
        type="date"
        id=${field.id}
        name=${field.id}
        min=${field.min ?? nothing}
        max=${field.max ?? nothing}
        ?required=${field.required}
        aria-describedby=${described}
        aria-invalid=${state.errors[field.id] ? 'true' : nothing}
        .value=${live(state.values[field.id] ?? '')}
      />`,
  );

export const hourField = (field: Field, state: FormState) =>
  around(
    field,
    state,
    (described) =>
      html`<input
        type="time"
        id=${field.id}
        name=${field.id}
        ?required=${field.required}
        aria-describedby=${described}
        aria-invalid=${state.errors[field.id] ? 'true' : nothing}
        .value=${live(state.values[field.id] ?? '')}
      />`,
  );

/** Something that is or is not; `turned` is for what shows or hides other fields. */
export const tickField = (field: Field, state: FormState, turned?: () => void) =>
  html`<div class="field">
    ${state.errors[field.id] ? html`<p class="error" id="${field.id}-error">${state.errors[field.id]}</p>` : nothing}
    <label class="choice"
      ><input
        type="checkbox"
        id=${field.id}
        name=${field.id}
        value="oui"
        aria-describedby=${state.errors[field.id] ? `${field.id}-error` : nothing}
        .checked=${live(state.values[field.id] === 'oui')}
        @change=${turned ? () => setTimeout(turned) : nothing}
      /><span>${field.label}</span></label
    >
  </div>`;

/** The reason of an act, as every form asks it. */
export const reasonField = (state: FormState, required: boolean, hint?: string) =>
  longField({ id: 'reason', label: required ? 'Motif' : 'Motif (facultatif)', required, limit: 300, hint }, state);

/** What is wrong, in the order of the page: the server tells it by the alphabet. The fields are drawn: they were just sent. */
export function inOrder(errors: Errors): string[] {
  const field = (id: string) => document.getElementById(id) ?? document.querySelector(`[name="${CSS.escape(id)}"]`);
  const follows = (a: Node, b: Node) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
  return Object.keys(errors).sort((a, b) => {
    const [x, y] = [field(a), field(b)];
    return x && y ? follows(x, y) : Number(!x) - Number(!y);
  });
}

/** Whether a page says that something is wrong; its title says so too. */
export const wrong = (page: Element) => page.querySelector('.summary') !== null;

export interface Form {
  /** Names what is typed, so that it is found again: `<subject>:<form>`. */
  id: string;
  title: string;
  /** What the act does to others, said before. */
  effect?: TemplateResult | string;
  start: Values;
  fields: (state: FormState) => TemplateResult;
  button: string;
  danger?: boolean;
  errors: Errors;
  busy: boolean;
  send: (values: Values) => void;
  close: () => void;
}

/** A form on the spot of what it is about. What is typed is kept at each key. */
export function drawForm(form: Form) {
  const state: FormState = { values: { ...form.start, ...draft.get(form.id) }, errors: form.errors };
  const keep = (event: Event) => draft.set(form.id, read(event.currentTarget as HTMLFormElement));
  const submit = (event: Event) => {
    event.preventDefault();
    if (!form.busy) form.send(read(event.currentTarget as HTMLFormElement));
  };
  return html`<form class="act" novalidate aria-label=${form.title} @input=${keep} @change=${keep} @submit=${submit}>
    ${errorSummary(form.errors, inOrder(form.errors))}
    <h2 tabindex="-1">${form.title}</h2>
    ${form.effect ? html`<p class="effect">${form.effect}</p>` : nothing} ${form.fields(state)}
    <div class="actions">
      <button class="button ${form.danger ? 'danger' : ''}" aria-disabled=${form.busy ? 'true' : nothing}>
        ${form.button}
      </button>
      <button class="button quiet" type="button" @click=${form.close}>Ne rien faire</button>
    </div>
  </form>`;
}

/** What a form that is read again before it is sent does with a refusal: back to its fields when they are at fault, said above otherwise. */
export async function refused(page: Page & { errors: Errors; ready?: unknown }, error: unknown) {
  page.errors = error instanceof Problem ? error.fields : {};
  if (!Object.keys(page.errors).length) return say(page, { tone: 'alert', text: sentence(error) });
  page.ready = undefined;
  await page.updateComplete;
  focusSummary(page);
}

export { focusSummary };
