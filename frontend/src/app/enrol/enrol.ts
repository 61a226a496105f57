import type { PropertyValues } from 'lit';
import { getSession, NetworkError, Problem } from '../api.js';
import { enrol, inSight } from '../sending.js';
import type { Session } from '../contract.js';
import { memoryStore, requestOf, startOn, tabStore, withKey, type Draft, type Store } from '../draft.js';
import { errorSummary, focusSummary, read, type Errors, type FormState, type Values } from '../form.js';
import { html, nothing, onceASecond, Page } from '../page.js';
import { idIn } from '../address.js';
import { advice } from './advice.js';
import { doneScreen } from './done.js';
import { failureNotice, type Failure } from './failure.js';
import { identityAnswer } from './identity.js';
import { missingScreen } from './missing.js';
import { fieldOfServer, loadPayer, questions } from './questions.js';
import { allowed, nextStep, pathOf, sayProgress, stepOfPath, titleOf, type StepKey } from './route.js';
import { suggestionNotice, suggests } from './suggestion.js';
import { verification } from './verification.js';
import { plainText } from '../plain.js';

/**
 * The enrolment, one question per screen. On a phone each screen has its address and the answers stay in the tab; on
 * the kiosk all of it lives in memory and the address never moves. Nothing is ever sent but by the person's own tap.
 */
export class Enrol extends Page {
  static override properties = {
    kiosk: { type: Boolean },
    begin: { attribute: false },
    pass: { attribute: false },
    step: { state: true },
    errors: { state: true },
  };
  declare kiosk: boolean;
  /** On the kiosk: the session to start on. */
  declare begin?: Session;
  /** And the pass by which the organisation opened it. */
  declare pass?: string;
  declare step: StepKey;
  declare errors: Errors;

  private store: Store = memoryStore();
  draft: Draft = this.store.load();
  private trail: StepKey[] = []; // the kiosk's own way back
  mending = false;
  suggested = ''; // the address for which a likelier one was shown
  suggestion = '';
  failure?: Failure;
  sending = false;
  working = false; // the proof of work is being done
  missing?: 'session' | 'network';
  private loading = false;
  private readonly tap = onceASecond();

  constructor() {
    super();
    this.kiosk = false;
    this.step = 'financement';
    this.errors = {};
  }

  override connectedCallback() {
    super.connectedCallback();
    if (this.kiosk) return this.startKiosk();
    this.store = tabStore();
    this.draft = this.store.load();
    addEventListener('popstate', this.arrive);
    addEventListener('online', this.refresh);
    void this.startPhone();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('popstate', this.arrive);
    removeEventListener('online', this.refresh);
  }

  private readonly refresh = () => this.requestUpdate();

  private startKiosk() {
    this.draft = startOn(this.draft, this.begin!);
    this.step = 'financement';
    void this.toTop();
  }

  /** On a phone: the address says the screen; `?session=` says the session to start on. */
  private async startPhone() {
    this.step = stepOfPath(location.pathname);
    this.mending = new URLSearchParams(location.search).has('modifier');
    const wanted = wantedIn(location);
    if (wanted && wanted !== this.draft.session?.id) {
      this.loading = true;
      await this.loadSession(wanted);
      this.loading = false;
    }
    if (!this.missing) this.look();
    this.hold();
    this.requestUpdate();
  }

  private async loadSession(id: string) {
    try {
      this.draft = startOn(this.draft, await getSession(id));
      this.save();
    } catch (error) {
      this.missing = error instanceof NetworkError ? 'network' : 'session';
    }
  }

  private readonly arrive = () => {
    this.step = stepOfPath(location.pathname);
    this.mending = new URLSearchParams(location.search).has('modifier');
    this.errors = {};
    this.suggestion = '';
    this.failure = undefined;
    if (this.missing && wantedIn(location) && wantedIn(location) !== this.draft.session?.id)
      return void this.startPhone();
    this.look();
    this.hold();
    void this.toTop();
  };

  /** Says what the screen lacks, if anything: what was true of the one before is not of this one. */
  private look() {
    const there = this.step === 'fin' ? this.store.done() : this.draft.session;
    this.missing = there ? undefined : (this.missing ?? 'session');
  }

  /** The confirmation of this tab, for who comes back to a screen before it. */
  get done() {
    return this.store.done();
  }

  /** Keeps the person on a screen that makes sense, and readies the key when the check screen is reached. */
  private hold() {
    if (this.missing || this.step === 'fin') return;
    const right = allowed(this.draft, this.step);
    if (right !== this.step) {
      this.step = right;
      if (!this.kiosk) history.replaceState(null, '', pathOf(right));
    }
    if (this.step === 'collectivite') void loadPayer(this.refresh);
    if (this.step === 'verification') this.save(withKey(this.draft));
  }

  save(draft = this.draft) {
    this.draft = draft;
    this.store.save(draft);
  }

  go(step: StepKey, mending = false) {
    this.errors = {};
    this.suggestion = '';
    this.failure = undefined;
    this.mending = mending;
    if (this.kiosk) this.trail.push(this.step);
    else history.pushState(null, '', pathOf(step) + (mending ? '?modifier' : ''));
    this.step = step;
    this.look();
    this.hold();
    this.requestUpdate();
    void this.toTop(step === 'fin' ? '.done h1' : 'h1');
  }

  private back() {
    if (!this.kiosk) return history.back();
    const step = this.trail.pop();
    if (!step) return void this.dispatchEvent(new Event('leave', { bubbles: true }));
    this.errors = {};
    this.failure = undefined;
    this.suggestion = '';
    this.step = step;
    void this.toTop();
  }

  protected override updated(changed: PropertyValues) {
    super.updated(changed);
    const title = this.step === 'fin' ? 'Inscription enregistrée' : titleOf(this.step);
    this.name(title, Object.keys(this.errors).length > 0);
  }

  protected override render() {
    if (!this.kiosk && !this.step) return nothing;
    const { step } = this;
    // Nothing is drawn that the session's answer would move.
    if (this.loading)
      return html`<p class="back"><a href="/">Retour</a></p>
        <h1>${titleOf(step)}</h1>
        <p class="waiting">Un instant…</p>`;
    if (this.missing) return missingScreen(this);
    if (step === 'fin') return this.finished();
    return html`
      <p class="back"><button type="button" @click=${this.back}>Retour</button></p>
      ${errorSummary(this.errors, questions[step]?.fields ?? ['needs', 'consent'])}
      ${this.failure ? failureNotice(this, this.failure) : nothing}
      <p class="progress"><strong>${sayProgress(this.draft, step)}</strong> ${this.draft.session?.formation.title}</p>
      <h1>${titleOf(step)}</h1>
      ${step === 'verification' ? verification(this) : nothing}
      ${step === 'identite-reponse' ? identityAnswer(this) : nothing}
      ${step === 'aide-conseil' ? advice(this) : nothing} ${questions[step] ? this.question() : nothing}
    `;
  }

  state(): FormState {
    const question = questions[this.step]!;
    const values = this.draft.typed[this.step] ?? question.values(this.draft);
    return { values, errors: this.errors, kiosk: this.kiosk };
  }

  private question() {
    const question = questions[this.step]!;
    return html`<form novalidate autocomplete=${this.kiosk ? 'off' : 'on'} @submit=${this.submit} @input=${this.typing}>
      ${question.view(this.draft, this.state())} ${this.suggestion ? suggestionNotice(this) : nothing}
      <div class="actions"><button class="button">Continuer</button></div>
      ${
        this.step === 'financement'
          ? html`<p>
              <button class="link" type="button" @click=${this.help}>Aidez-moi à choisir, en trois questions</button>
            </p>`
          : nothing
      }
    </form>`;
  }

  private readonly help = () => {
    this.save({ ...this.draft, helping: true });
    this.go('aide-mandat', this.mending);
  };

  /** What is typed is kept at each key, before it is right: nothing is lost on a reload. */
  private typing(event: Event) {
    const form = event.currentTarget as HTMLFormElement;
    this.save({ ...this.draft, typed: { ...this.draft.typed, [this.step]: read(form) } });
  }

  private submit(event: Event) {
    event.preventDefault();
    const question = questions[this.step]!;
    const values = read(event.currentTarget as HTMLFormElement);
    const errors = question.check(values, this.draft);
    this.draft = { ...this.draft, typed: { ...this.draft.typed, [this.step]: values } };
    if (Object.keys(errors).length) return this.show(errors);
    if (suggests(this, values)) return;
    this.accept(values);
  }

  private show(errors: Errors) {
    this.errors = errors;
    this.suggestion = '';
    void this.updateComplete.then(() => focusSummary(this));
  }

  accept(values: Values) {
    const { step, draft } = this;
    const typed = { ...draft.typed };
    delete typed[step];
    const answered = [...draft.answered.filter((s) => s !== step), step];
    this.save({ ...draft, ...questions[step]!.keep(values, draft), typed, answered });
    this.go(
      nextStep(this.draft, step, this.mending),
      this.mending && nextStep(this.draft, step, true) !== 'verification',
    );
  }

  /** What is answered on the last screen. */
  lastAnswer(event: Event) {
    const { id, checked, value } = event.target as HTMLInputElement;
    this.save(id === 'consent' ? { ...this.draft, consent: checked } : { ...this.draft, needs: plainText(value) });
  }

  async send(event: Event) {
    event.preventDefault();
    if (!this.draft.consent) return this.show({ consent: 'Cochez la case pour accepter l’usage de vos réponses.' });
    if (this.sending || !this.tap(this.draft.key)) return;
    this.errors = {};
    this.failure = undefined;
    this.sending = true;
    this.requestUpdate();
    try {
      await this.sendOnce();
    } catch (error) {
      this.failed(error);
    } finally {
      this.sending = false;
      this.requestUpdate();
    }
  }

  private async sendOnce() {
    this.save(withKey(this.draft));
    const { draft } = this;
    const answer = await enrol({ ...requestOf(draft), kiosk: this.pass }, draft.key!, this.work);
    const expectedSeat = draft.session!.seatsLeft > 0 && !draft.session!.waiting;
    this.store.finish({ ...answer, email: draft.person.email!, expectedSeat });
    this.draft = this.store.load();
    this.trail = [];
    if (this.kiosk) return this.go('fin');
    history.replaceState(null, '', pathOf('fin'));
    this.step = 'fin';
    void this.toTop('.done h1');
  }

  private readonly work = (busy: boolean) => {
    this.working = busy;
    this.requestUpdate();
    void this.updateComplete.then(() => busy && inSight(this));
  };

  private failed(error: unknown) {
    if (error instanceof Problem) this.refused(error);
    else this.failure = { kind: navigator.onLine ? 'unanswered' : 'offline' };
    if (!this.failure) return;
    this.requestUpdate(); // without it there is nothing to wait for yet, and nothing to focus
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#failure')?.focus());
  }

  /** The server said no: to a field (its screen opens with the sentence), to the mode, to the session. */
  private refused(problem: Problem) {
    const fields = Object.entries(problem.fields)
      .map(([name, text]) => ({ ...fieldOfServer(name), text }))
      .filter((f) => f.step && f.field);
    const first = fields[0]?.step;
    if (first) {
      this.go(first, true);
      return this.show(Object.fromEntries(fields.filter((f) => f.step === first).map((f) => [f.field!, f.text])));
    }
    const { detail, requestId } = problem;
    if (problem.kind === 'idempotency-key-reused') this.save({ ...this.draft, key: undefined });
    if (problem.kind === 'funding-closed') this.failure = { kind: 'funding', detail };
    else if (problem.kind === 'session-closed') this.failure = { kind: 'session', detail };
    else if (problem.status === 429 || problem.status === 503) this.failure = { kind: 'busy', detail };
    else this.failure = { kind: 'other', detail, requestId };
  }

  private finished() {
    const done = this.store.done();
    return done ? doneScreen(done, this.kiosk) : nothing;
  }
}

/** The session that an address asks to start on, '' when it asks for none. */
const wantedIn = ({ search }: Location) => idIn(new URLSearchParams(search).get('session'));

customElements.define('ec-enrol', Enrol);
