/** A change of the catalogue: written in a form, read again as what it would do, then sent. */
import type { PropertyDeclarations } from 'lit';
import type { Values } from '../form.js';
import { html, notice, nothing, Page, type TemplateResult } from '../page.js';
import { send, type Act } from './client.js';
import type { Outcome } from './contract.js';
import { drawForm, refused, type Form } from './fields.js';
import { draft } from './kept.js';
import { sayThere } from './say.js';

export abstract class Reviewed extends Page {
  static override properties: PropertyDeclarations = {
    errors: { state: true },
    busy: { state: true },
    ready: { state: true },
  };
  declare errors: Record<string, string>;
  declare busy: boolean;
  /** What it would do, once it was asked. */
  declare ready?: Outcome;
  protected values: Values = {};

  constructor() {
    super();
    this.errors = {};
    this.busy = false;
  }

  /** The name under which what is typed is kept. */
  protected abstract get key(): string;
  /** Whether it makes a new thing. */
  protected abstract get fresh(): boolean;
  /** What is asked of the API, to see (`preview`) and to do. */
  protected abstract act(preview: boolean): Pick<Act, 'path' | 'body' | 'etag'>;
  /** What the button that sends it says. */
  protected abstract get action(): string;
  /** Where to once it is done, and what is said there. */
  protected abstract afterwards(id: string): [hash: string, said: string];

  /** The form: what is written in it is read again before anything is done. */
  protected typing(own: Pick<Form, 'title' | 'effect' | 'start' | 'fields'>, leave: () => void) {
    return drawForm({
      ...own,
      id: this.key,
      button: 'Relire ce que cela change',
      errors: this.errors,
      busy: this.busy,
      send: (values) => void this.preview(values),
      close: () => {
        draft.drop(this.key);
        leave();
      },
    });
  }

  protected check(o: Outcome, more: TemplateResult | typeof nothing = nothing) {
    const same = !this.fresh && !o.changes.length;
    return html`<section class="act" aria-label="Relire">
      <h2 tabindex="-1">${same ? 'Rien ne change' : 'Ce que cela change'}</h2>
      ${effects(o)} ${more}
      <div class="actions">
        ${
          same
            ? nothing
            : html`<button
                class="button"
                type="button"
                aria-disabled=${this.busy ? 'true' : nothing}
                @click=${this.send}
              >
                ${this.action}
              </button>`
        }
        <button class="button quiet" type="button" @click=${this.back}>Revenir au formulaire</button>
      </div>
    </section>`;
  }

  private ask(preview: boolean, said = '') {
    const act = this.act(preview);
    return send<Outcome>({ ...act, method: this.fresh ? 'POST' : 'PUT', form: preview ? undefined : this.key, said });
  }

  protected async preview(values: Values) {
    this.values = values;
    draft.set(this.key, values);
    this.busy = true;
    try {
      this.ready = await this.ask(true);
      this.errors = {};
      await this.updateComplete;
      this.toHeading();
    } catch (error) {
      await refused(this, error);
    } finally {
      this.busy = false;
    }
  }

  private readonly back = () => {
    this.ready = undefined;
    void this.updateComplete.then(() => this.toHeading());
  };

  private toHeading() {
    this.querySelector<HTMLElement>('.act > h2')?.focus();
  }

  private readonly send = async () => {
    if (this.busy) return;
    this.busy = true;
    try {
      const { id } = await this.ask(false, this.afterwards('')[1]);
      sayThere(...this.afterwards(id));
    } catch (error) {
      await refused(this, error);
    } finally {
      this.busy = false;
    }
  };
}

/** To people, then field by field. */
const effects = (o: Outcome) =>
  html`${o.effects.map((line) => html`<p class="effect">${line}</p>`)} ${o.cautions.map((line) => notice('warm', line))}
  ${
    o.changes.length
      ? html`<table class="dense">
          <caption class="hidden">
            Ce qui change
          </caption>
          <thead>
            <tr>
              <th scope="col">Champ</th>
              <th scope="col">Avant</th>
              <th scope="col">Après</th>
            </tr>
          </thead>
          <tbody>
            ${o.changes.map(
              (c) =>
                html`<tr>
                  <th scope="row">${c.field}</th>
                  <td><span class="only-narrow">Avant&nbsp;: </span>${c.before || '–'}</td>
                  <td><span class="only-narrow">Après&nbsp;: </span>${c.after || '–'}</td>
                </tr>`,
            )}
          </tbody>
        </table>`
      : nothing
  }`;
