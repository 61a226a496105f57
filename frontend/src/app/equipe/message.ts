/** Writing to one person of a session, or to all: what is typed, then to whom and when it leaves, then it is sent. */
import { randomUUID } from '../floor.js';
import type { Values } from '../form.js';
import { textField } from '../form.js';
import { sayInstant } from '../french.js';
import { html, notice, nothing, Page } from '../page.js';
import { query, send } from './client.js';
import type { Written } from './contract.js';
import { drawForm, listField, longField, refused } from './fields.js';
import { draft } from './kept.js';
import { say } from './say.js';
import { count } from './words.js';

/** The form of a subject (a file, or a session) that holds a message. */
export const MESSAGE = 'message';

const AUDIENCES: [string, string][] = [
  ['seats', 'Les personnes qui ont une place'],
  ['all', 'Toutes, avec celles qui attendent'],
];

class Message extends Page {
  static override properties = {
    sessionId: { attribute: false },
    file: { attribute: false },
    whom: { attribute: false },
    ready: { state: true },
    errors: { state: true },
    busy: { state: true },
  };
  declare sessionId: string;
  /** Whom it is for, when it is for one person. */
  declare file: string;
  declare whom: string;
  /** What will leave, once it was asked. */
  declare ready?: Written;
  declare errors: Record<string, string>;
  declare busy: boolean;
  private values: Values = {};
  private key = randomUUID();

  constructor() {
    super();
    this.file = '';
    this.whom = '';
    this.errors = {};
    this.busy = false;
  }

  private get form() {
    return `${this.file || this.sessionId}:${MESSAGE}`;
  }

  private get path() {
    return `/sessions/${encodeURIComponent(this.sessionId)}/messages`;
  }

  override connectedCallback() {
    super.connectedCallback();
    void this.updateComplete.then(() => this.toTitle());
  }

  private toTitle() {
    const title = this.querySelector<HTMLElement>('.act > h2');
    title?.scrollIntoView({ block: 'center' });
    title?.focus({ preventScroll: true });
  }

  private get body() {
    const { subject = '', text = '', to = 'seats' } = this.values;
    return { subject, text, to: this.file ? [this.file] : to };
  }

  protected override render() {
    return this.ready ? this.check(this.ready) : this.write();
  }

  private write() {
    return drawForm({
      id: this.form,
      title: this.file ? `Écrire à ${this.whom}` : 'Écrire aux personnes de la session',
      effect: 'Chacun reçoit un e-mail à son nom, avec les dates de la session et le lien de son dossier.',
      start: { subject: '', text: '', to: 'seats' },
      fields: (state) =>
        html`${this.file ? nothing : listField({ id: 'to', label: 'À qui', required: true }, AUDIENCES, state)}
        ${textField({ id: 'subject', label: 'Objet', limit: 120, required: true }, state)}
        ${longField(
          {
            id: 'text',
            label: 'Message',
            hint: '« Bonjour » et la signature s’ajoutent d’eux-mêmes.',
            limit: 4000,
            rows: 6,
            required: true,
          },
          state,
        )}`,
      button: 'Relire avant d’envoyer',
      errors: this.errors,
      busy: this.busy,
      send: (values) => void this.preview(values),
      close: () => this.close(),
    });
  }

  /** What leaves, to whom and when: nothing is sent yet. */
  private check(w: Written) {
    const [first, ...others] = w.recipients;
    const whom = others.length ? count(w.recipients.length, 'personne', 'personnes') : first!.name;
    return html`<section class="act" aria-label="Relire le message">
      <h2 tabindex="-1">Relire avant d’envoyer</h2>
      <dl class="facts">
        <div>
          <dt>À</dt>
          <dd>
            ${whom}
            ${
              others.length
                ? html`<details>
                    <summary>Voir les noms</summary>
                    ${w.recipients.map((p) => p.name).join(', ')}
                  </details>`
                : nothing
            }
          </dd>
        </div>
        <div>
          <dt>Départ</dt>
          <dd>
            ${
              Date.parse(w.sentFrom) > Date.now() + 60_000
                ? `${sayInstant(w.sentFrom)}, à l’ouverture des bureaux`
                : 'dans les minutes qui viennent'
            }
          </dd>
        </div>
        <div>
          <dt>Objet</dt>
          <dd>${w.subject}</dd>
        </div>
        <div>
          <dt>Message</dt>
          <dd>${w.text.map((p) => html`${p}<br />`)}</dd>
        </div>
      </dl>
      ${
        w.unreachable
          ? notice(
              'warm',
              `${count(w.unreachable, 'personne ne le recevra pas', 'personnes ne le recevront pas')} : leurs e-mails reviennent. À appeler : ${w.recipients
                .filter((p) => p.unreachable)
                .map((p) => p.name)
                .join(', ')}.`,
            )
          : nothing
      }
      <div class="actions">
        <button class="button" type="button" aria-disabled=${this.busy ? 'true' : nothing} @click=${this.send}>
          Envoyer
        </button>
        <button class="button quiet" type="button" @click=${() => this.back()}>
          Modifier<span class="hidden"> le message</span>
        </button>
      </div>
    </section>`;
  }

  private async preview(values: Values) {
    this.values = values;
    this.busy = true;
    try {
      this.ready = await query<Written>(this.path, { ...this.body, preview: true });
      this.errors = {};
      await this.updateComplete;
      this.toTitle();
    } catch (error) {
      await refused(this, error);
    } finally {
      this.busy = false;
    }
  }

  private back() {
    this.ready = undefined;
    this.key = randomUUID(); // another text is another message
    void this.updateComplete.then(() => this.toTitle());
  }

  private readonly send = async () => {
    if (this.busy) return;
    this.busy = true;
    const n = this.ready!.recipients.length - this.ready!.unreachable;
    const said = `Le message est enregistré : ${count(n, 'e-mail part', 'e-mails partent')} aux heures de bureau.`;
    try {
      await send({ method: 'POST', path: this.path, body: this.body, key: this.key, form: this.form, said });
      say(this, { tone: 'good', text: said });
      this.dispatchEvent(new CustomEvent('done', { detail: true }));
    } catch (error) {
      await refused(this, error);
    } finally {
      this.busy = false;
    }
  };

  private close() {
    draft.drop(this.form);
    this.dispatchEvent(new CustomEvent('done'));
  }
}

customElements.define('ec-team-message', Message);
