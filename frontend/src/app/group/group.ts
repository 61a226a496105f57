import type { PropertyValues } from 'lit';
import { idIn } from '../address.js';
import { getSession, NetworkError, Problem } from '../api.js';
import { enrolGroup, inSight } from '../sending.js';
import type { GroupAnswer, Session } from '../contract.js';
import { randomUUID } from '../floor.js';
import { errorSummary, focusSummary, read, type Errors, type Values } from '../form.js';
import { sayDates } from '../french.js';
import { html, nothing, notice, onceASecond, Page } from '../page.js';
import { answers, done } from './answers.js';
import { check, FIELDS, fieldsOf, requestOf } from './check.js';
import { people } from './people.js';

/** How many people one request takes (enrolment.GroupLimit). */
export const MOST = 20;

type View = '' | 'verification' | 'fin';
const TITLES: Record<View, string> = {
  '': 'Quels élus inscrivez-vous ?',
  verification: 'Vérifiez la liste',
  fin: 'Vos élus sont inscrits',
};
const VIEWS: View[] = ['', 'verification', 'fin'];

/**
 * A collectivité enrols several of its élus: one table of people and one contact, then what was typed to check. All of it lives in the
 * memory of the tab: names and addresses of other people are not left on a desk.
 */
export class Council extends Page {
  static override properties = {
    session: { state: true },
    view: { state: true },
    trouble: { state: true },
    errors: { state: true },
    failure: { state: true },
    sending: { state: true },
    working: { state: true },
    rows: { state: true },
  };
  declare session?: Session;
  declare view: View;
  declare trouble: '' | 'absent' | 'network';
  declare errors: Errors;
  declare failure: string;
  declare sending: boolean;
  declare working: boolean; // the proof of work is being done
  /** How many people the table has. */
  declare rows: number;
  values: Values = {};
  answer?: GroupAnswer;
  private key = '';
  private sent = '';
  private readonly tap = onceASecond();

  constructor() {
    super();
    this.view = '';
    this.trouble = '';
    this.errors = {};
    this.failure = '';
    this.sending = false;
    this.working = false;
    this.rows = 2;
  }

  override connectedCallback() {
    super.connectedCallback();
    addEventListener('popstate', this.arrive);
    void this.load();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('popstate', this.arrive);
  }

  readonly load = async () => {
    const id = idIn(new URLSearchParams(location.search).get('session'));
    if (!id) return void (this.trouble = 'absent');
    try {
      this.session = await getSession(id);
      this.trouble = '';
    } catch (error) {
      this.trouble = error instanceof Problem ? 'absent' : 'network';
    }
    this.arrive();
  };

  /** A screen makes sense only after those before it: memory says which. */
  private readonly arrive = () => {
    const wanted = VIEWS.find((v) => v === new URLSearchParams(location.search).get('vue')) ?? '';
    const right = wanted === 'fin' && this.answer ? 'fin' : wanted && this.values['checked'] ? 'verification' : '';
    if (right !== wanted) history.replaceState(null, '', this.address(right));
    const moved = right !== this.view;
    this.view = right;
    this.errors = {};
    this.failure = '';
    if (moved) void this.toTop();
  };

  address = (view: View) =>
    `/groupe/?session=${encodeURIComponent(this.session?.id ?? '')}${view ? `&vue=${view}` : ''}`;

  private go(view: View, replace = false) {
    history[replace ? 'replaceState' : 'pushState'](null, '', this.address(view));
    this.arrive();
  }

  readonly typing = (event: Event) => {
    this.values = { ...this.values, ...read(event.currentTarget as HTMLFormElement) };
  };

  add() {
    if (this.rows === MOST) return;
    this.rows++;
    void this.updateComplete.then(() => document.getElementById(`people.${this.rows - 1}.firstName`)?.focus());
  }

  /** Takes a person out: those after move up. */
  takeOut(i: number) {
    const values = { ...this.values };
    for (let row = i; row < this.rows; row++)
      for (const field of FIELDS) values[`people.${row}.${field}`] = values[`people.${row + 1}.${field}`] ?? '';
    this.values = values;
    this.errors = {};
    this.rows--;
    void this.toTop('#liste');
  }

  readonly submit = (event: Event) => {
    event.preventDefault();
    this.values = { ...this.values, ...read(event.currentTarget as HTMLFormElement) };
    const errors = check(this.values, this.rows);
    if (Object.keys(errors).length) return this.show(errors);
    this.values = { ...this.values, checked: 'oui' };
    this.go('verification');
  };

  private show(errors: Errors) {
    this.errors = errors;
    void this.updateComplete.then(() => focusSummary(this));
  }

  /** Whether there are fewer seats than people, as far as is known. */
  get short() {
    const { seatsLeft, waiting } = this.session!;
    return (waiting ? 0 : seatsLeft) < this.rows;
  }

  readonly send = async (event: Event) => {
    event.preventDefault();
    this.values = { ...this.values, consent: '', ...read(event.currentTarget as HTMLFormElement) };
    const errors: Errors = {};
    if (this.short && !this.values['rest']) errors['rest'] = 'Dites ce que deviennent ceux qui n’ont pas de place.';
    if (!this.values['consent']) errors['consent'] = 'Cochez la case pour accepter l’usage de ces réponses.';
    if (Object.keys(errors).length) return this.show(errors);
    if (this.sending || !this.tap()) return;
    this.sending = true;
    this.errors = {};
    this.failure = '';
    try {
      await this.sendOnce();
    } catch (error) {
      await this.failed(error);
    } finally {
      this.sending = false;
    }
  };

  /** The same answers go with the same key, so that a second try makes nothing twice; others are another request. */
  private async sendOnce() {
    const request = requestOf(this.values, this.rows, this.session!.id);
    const body = JSON.stringify(request);
    if (body !== this.sent) this.key = randomUUID();
    this.sent = body;
    this.answer = await enrolGroup(request, this.key, this.work);
    this.go('fin', true);
  }

  private readonly work = (busy: boolean) => {
    this.working = busy;
    void this.updateComplete.then(() => busy && inSight(this));
  };

  private async failed(error: unknown) {
    if (error instanceof NetworkError) {
      this.failure =
        'Nous n’avons pas reçu de réponse : nous ne savons pas si la demande est arrivée. Envoyez de nouveau : personne ne sera inscrit deux fois.';
    } else if (error instanceof Problem) {
      if (error.fields['rest'] || error.status === 409) await this.load();
      const fields = error.fields;
      if (Object.keys(fields).some((f) => f.startsWith('people') || f.startsWith('contact') || f === 'authority'))
        this.go('');
      if (Object.keys(fields).length) return this.show(fields);
      this.failure = error.detail;
    } else throw error;
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#failure')?.focus());
  }

  protected override updated(changed: PropertyValues) {
    super.updated(changed);
    this.name(this.title_(), Object.keys(this.errors).length > 0);
  }

  private title_() {
    const all = this.answer?.people.every((p) => p.seat);
    return this.view === 'fin' && !all ? 'Votre demande est enregistrée' : TITLES[this.view];
  }

  protected override render() {
    const back = html`<p class="back">
      ${
        this.view === 'verification'
          ? html`<button type="button" @click=${() => history.back()}>Retour</button>`
          : html`<a href=${this.session ? `/session/?id=${encodeURIComponent(this.session.id)}` : '/'}
              >${this.session ? 'La session' : 'Toutes les sessions'}</a
            >`
      }
    </p>`;
    if (this.trouble === 'absent')
      return html`${back}
        <h1>Session introuvable</h1>
        <p>Choisissez d’abord une session : <a href="/">toutes les sessions</a>.</p>`;
    const title = html`<h1>${this.title_()}</h1>`;
    if (this.trouble)
      return html`${back}${title}${notice('warm', 'Le réseau ne répond pas.', 'offline')}
        <p><button class="button" type="button" @click=${this.load}>Réessayer</button></p>`;
    if (!this.session)
      return html`${back}${title}
        <p class="waiting">Un instant…</p>`;
    if (this.view === 'fin') return done(this, this.answer!, title);
    return html`${back} ${errorSummary(this.errors, fieldsOf(this.rows))}
      ${this.failure ? html`<div id="failure" tabindex="-1" role="alert">${notice('warm', this.failure)}</div>` : nothing}
      <p class="progress">${this.session.formation.title}, ${sayDates(this.session.halfDays)}</p>
      ${title} ${this.view === 'verification' ? answers(this) : people(this)}`;
  }
}

customElements.define('ec-group', Council);
