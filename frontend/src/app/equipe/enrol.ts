/** Enrolling someone who telephones: one page, sent once. */
import answers from 'echarpe:answers';
import { Problem } from '../api.js';
import { randomUUID } from '../floor.js';
import { checkText } from '../check.js';
import { errorSummary, focusSummary, radios, read, textField, type Errors, type Values } from '../form.js';
import { dayKey } from '../french.js';
import { html, notice, nothing, Page } from '../page.js';
import { payerFold } from '../payer.js';
import { plainText } from '../plain.js';
import { contactFields, modeField, NEEDS, needsOf, personFields, sessionChoices } from './acts.js';
import { ask, Refusal, send, sentence } from './client.js';
import type { FileView, SessionLine } from './contract.js';
import { dayField, inOrder, listField } from './fields.js';
import { draft } from './kept.js';
import { land, say, sayThere } from './say.js';

const FORM = 'inscrire:form';
const payer = payerFold(html, radios, textField, checkText, plainText);

/** The request, from the fields of the page. */
export function requestOf(v: Values) {
  const at = (name: string) => v[name] ?? '';
  const person = (name: string) => at(`person.${name}`);
  return {
    sessionId: at('sessionId'),
    funding: at('funding'),
    person: {
      title: person('title'),
      firstName: person('firstName'),
      lastName: person('lastName'),
      birthName: person('birthName'),
      email: person('email'),
      phone: person('phone'),
    },
    mandate: { kind: at('mandate.kind'), authority: at('mandate.authority') },
    authorityContact:
      at('funding') === 'collectivite' && (at('authorityContact.name') || at('authorityContact.email'))
        ? { name: at('authorityContact.name'), email: at('authorityContact.email') }
        : null,
    payer: (at('funding') === 'collectivite' && payer.of(v)) || null,
    needs: at('needs'),
    receivedOn: at('receivedOn'),
    reason: at('reason'),
  };
}

class Enrol extends Page {
  static override properties = {
    session: { attribute: false },
    sessions: { state: true },
    values: { state: true },
    errors: { state: true },
    busy: { state: true },
    twice: { state: true },
  };
  declare session: string;
  declare sessions?: SessionLine[];
  declare values: Values;
  declare errors: Record<string, string>;
  declare busy: boolean;
  /** The file of the person, who is enrolled already. */
  declare twice: string;
  private key = randomUUID();
  private keyFor = '';

  constructor() {
    super();
    this.values = { receivedOn: dayKey(new Date()), reason: 'Par téléphone', ...draft.get(FORM) };
    this.errors = {};
    this.busy = false;
    this.twice = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    this.name('Inscrire une personne');
    if (this.session) this.values = { ...this.values, sessionId: this.session };
    void this.load();
    void land(this);
  }

  private async load() {
    try {
      const { sessions } = await ask<{ sessions: SessionLine[] }>(`/sessions?from=${dayKey(new Date())}`);
      this.sessions = sessions.filter((s) => s.status === 'open' && !s.closed);
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    }
  }

  protected override render() {
    const state = { values: this.values, errors: this.errors };
    return html`${errorSummary(this.errors, inOrder(this.errors))}
      <h1>Inscrire une personne</h1>
      <p>La personne reçoit aussitôt la confirmation par e-mail, avec le lien de son dossier.</p>
      ${
        this.twice
          ? html`<div role="alert" id="deja" tabindex="-1">
              ${notice(
                'warm',
                html`<p>
                  Cette personne est déjà inscrite à cette session.
                  <a href="#/dossiers/${this.twice}">Ouvrir son dossier</a>
                </p>`,
              )}
            </div>`
          : nothing
      }
      <form class="act enrol" novalidate @input=${this.keep} @change=${this.keep} @submit=${this.submit}>
        <fieldset class="part">
          <legend>La session</legend>
          ${listField({ id: 'sessionId', label: 'Session', required: true }, sessionChoices(this.sessions), state)}
          ${modeField(state)}
        </fieldset>
        <fieldset class="part">
          <legend>La personne</legend>
          ${personFields(state, 'person.')}
        </fieldset>
        <fieldset class="part">
          <legend>Son mandat</legend>
          <div class="pair">
            ${listField(
              { id: 'mandate.kind', label: 'Mandat', required: true },
              [['', 'Choisissez le mandat'], ...answers.mandates.map((m): [string, string] => [m.key, m.title])],
              state,
            )}
            ${textField({ id: 'mandate.authority', label: 'Collectivité', limit: 150, capitals: 'words', required: true }, state)}
          </div>
          ${
            this.values['funding'] === 'collectivite'
              ? html`${contactFields(state, 'authorityContact.')} ${payer.fields(undefined, state)}`
              : nothing
          }
        </fieldset>
        <fieldset class="part">
          <legend>Pour l’accueillir</legend>
          ${needsOf('Un besoin particulier pour suivre la formation', state, NEEDS)}
        </fieldset>
        <fieldset class="part">
          <legend>La demande</legend>
          <div class="pair">
            ${dayField({ id: 'receivedOn', label: 'Reçue le', max: dayKey(new Date()) }, state)}
            ${textField({ id: 'reason', label: 'Comment', limit: 300 }, state)}
          </div>
        </fieldset>
        <div class="actions">
          <button class="button" aria-disabled=${this.busy ? 'true' : nothing}>Inscrire</button>
        </div>
      </form>`;
  }

  private readonly keep = (event: Event) => {
    this.values = read(event.currentTarget as HTMLFormElement);
    draft.set(FORM, this.values);
  };

  private readonly submit = async (event: Event) => {
    event.preventDefault();
    if (this.busy) return;
    const typed = read(event.currentTarget as HTMLFormElement);
    const body = requestOf(typed);
    const unsaid = body.funding === 'collectivite' ? payer.check(typed) : {};
    if (Object.keys(unsaid).length) return this.refused(unsaid);
    const same = JSON.stringify(body);
    if (this.keyFor && this.keyFor !== same) this.key = randomUUID();
    this.keyFor = same;
    this.busy = true;
    this.twice = '';
    try {
      const name = `${body.person.firstName} ${body.person.lastName}`;
      const said = `${name} est inscrit, et reçoit la confirmation par e-mail.`;
      const made = await send<FileView>({ method: 'POST', path: '/enrolments', body, key: this.key, form: FORM, said });
      sayThere(`#/dossiers/${made.file.id}`, said);
    } catch (error) {
      await this.failed(error);
    } finally {
      this.busy = false;
    }
  };

  /** What is wrong, by field. */
  private async refused(errors: Errors) {
    this.errors = errors;
    this.name('Inscrire une personne', true);
    await this.updateComplete;
    focusSummary(this);
  }

  private async failed(error: unknown) {
    this.errors = error instanceof Problem ? error.fields : {};
    if (error instanceof Refusal && error.kind === 'duplicate') this.twice = error.file;
    this.name('Inscrire une personne', true);
    await this.updateComplete;
    if (this.twice) this.querySelector<HTMLElement>('#deja')?.focus();
    else if (Object.keys(this.errors).length) await this.refused(this.errors);
    else say(this, { tone: 'alert', text: sentence(error) });
  }
}

customElements.define('ec-team-enrol', Enrol);
