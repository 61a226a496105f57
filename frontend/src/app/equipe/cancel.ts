/** Cancelling a session: whom it touches is said before. */
import { Problem } from '../api.js';
import { html, nothing, Page } from '../page.js';
import { query, send, sentence } from './client.js';
import type { Outcome } from './contract.js';
import { drawForm, focusSummary, reasonField } from './fields.js';
import { draft } from './kept.js';
import { say } from './say.js';

class Cancel extends Page {
  static override properties = {
    sessionId: { attribute: false },
    effects: { state: true },
    errors: { state: true },
    busy: { state: true },
  };
  declare sessionId: string;
  declare effects?: string[];
  declare errors: Record<string, string>;
  declare busy: boolean;

  constructor() {
    super();
    this.errors = {};
    this.busy = false;
  }

  private get form() {
    return `${this.sessionId}:cancellation`;
  }

  private get path() {
    return `/sessions/${encodeURIComponent(this.sessionId)}/cancellation`;
  }

  override connectedCallback() {
    super.connectedCallback();
    void this.look();
  }

  private async look() {
    try {
      this.effects = (await query<Outcome>(this.path, { preview: true })).effects;
      await this.updateComplete;
      this.querySelector<HTMLElement>('.act > h2')?.focus();
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
      this.done();
    }
  }

  protected override render() {
    if (!this.effects) return html`<p class="waiting">Un instant…</p>`;
    return drawForm({
      id: this.form,
      title: 'Annuler la session',
      effect: html`${this.effects.map((line, i) => html`${i ? html`<br />` : nothing}${line}`)}<br />Une session annulée
        ne se rouvre pas ici : pour la tenir quand même, il faut la dupliquer.`,
      start: { reason: '' },
      fields: (state) => reasonField(state, true, 'Gardé dans le journal, pas dit aux inscrits.'),
      button: 'Annuler la session',
      danger: true,
      errors: this.errors,
      busy: this.busy,
      send: ({ reason }) => void this.cancel(reason ?? ''),
      close: () => {
        draft.drop(this.form);
        this.done();
      },
    });
  }

  private async cancel(reason: string) {
    this.busy = true;
    const said = 'La session est annulée.';
    try {
      await send<Outcome>({ method: 'POST', path: this.path, body: { reason }, form: this.form, said });
      say(this, { tone: 'good', text: said });
      this.done();
    } catch (error) {
      this.errors = error instanceof Problem ? error.fields : {};
      if (this.errors['reason']) {
        await this.updateComplete;
        focusSummary(this);
      } else say(this, { tone: 'alert', text: sentence(error) });
    } finally {
      this.busy = false;
    }
  }

  private done() {
    this.dispatchEvent(new CustomEvent('done'));
  }
}

customElements.define('ec-team-cancel', Cancel);
