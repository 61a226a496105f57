import content from 'echarpe:content';
import type { PropertyValues } from 'lit';
import { enrol, getSession, NetworkError, Problem } from '../api.js';
import { suggestEmail } from '../check.js';
import { advise, feasibility, wayOf } from '../choose.js';
import type { Mode, Session } from '../contract.js';
import { memoryStore, requestOf, startOn, tabStore, withKey, type Draft, type Store } from '../draft.js';
import { checkbox, errorSummary, focusSummary, read, type Errors, type FormState, type Values } from '../form.js';
import { sayDates, sayDay } from '../french.js';
import { html, notice, nothing, onceASecond, Page } from '../page.js';
import { doneScreen } from './done.js';
import { fieldOfServer, questions } from './questions.js';
import { allowed, nextStep, pathOf, stepOfPath, titleOf, type StepKey } from './route.js';

/** Why a sending did not end as hoped. */
type Failure =
  | { kind: 'offline' | 'unanswered' }
  | { kind: 'funding' | 'session' | 'busy' | 'other'; detail: string; requestId?: string };

/**
 * The enrolment, one question per screen. On a phone each screen has its address and the answers stay in the tab; on
 * the kiosk all of it lives in memory and the address never moves. Nothing is ever sent but by the person's own tap.
 */
export class Enrol extends Page {
  static override properties = {
    kiosk: { type: Boolean },
    begin: { attribute: false },
    step: { state: true },
    errors: { state: true },
  };
  declare kiosk: boolean;
  /** On the kiosk: the session to start on. */
  declare begin?: Session;
  declare step: StepKey;
  declare errors: Errors;

  private store: Store = memoryStore();
  private draft: Draft = this.store.load();
  private trail: StepKey[] = []; // the kiosk's own way back
  private mending = false;
  private suggested = ''; // the address for which a likelier one was shown
  private suggestion = '';
  private failure?: Failure;
  private sending = false;
  private missing?: 'session' | 'network';
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
    this.store = tabStore(sessionStorage);
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
    const wanted = new URLSearchParams(location.search).get('session');
    if (wanted && wanted !== this.draft.session?.id) await this.loadSession(wanted);
    if (!this.draft.session && this.step !== 'fin') this.missing ??= 'session';
    if (this.step === 'fin' && !this.store.done()) this.missing = 'session';
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
    if (!this.draft.session && this.step !== 'fin') this.missing = 'session';
    this.hold();
    void this.toTop();
  };

  /** Keeps the person on a screen that makes sense, and readies the key when the check screen is reached. */
  private hold() {
    if (this.missing || this.step === 'fin') return;
    const right = allowed(this.draft, this.step);
    if (right !== this.step) {
      this.step = right;
      if (!this.kiosk) history.replaceState(null, '', pathOf(right));
    }
    if (this.step === 'verification') this.save(withKey(this.draft));
  }

  private save(draft = this.draft) {
    this.draft = draft;
    this.store.save(draft);
  }

  private go(step: StepKey, mending = false) {
    this.errors = {};
    this.suggestion = '';
    this.failure = undefined;
    this.mending = mending;
    if (this.kiosk) this.trail.push(this.step);
    else history.pushState(null, '', pathOf(step) + (mending ? '?modifier' : ''));
    this.step = step;
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
    if (this.missing) return this.missingScreen();
    const { step } = this;
    if (step === 'fin') return this.finished();
    return html`
      <p class="back"><button type="button" @click=${this.back}>Retour</button></p>
      ${errorSummary(this.errors, questions[step]?.fields ?? ['consent'])}
      ${this.failure ? this.failureNotice(this.failure) : nothing}
      <p class="progress">${this.draft.session?.formation.title}</p>
      <h1>${titleOf(step)}</h1>
      ${step === 'verification' ? this.verification() : nothing}
      ${step === 'identite-reponse' ? this.identityAnswer() : nothing}
      ${step === 'aide-conseil' ? this.advice() : nothing} ${questions[step] ? this.question() : nothing}
    `;
  }

  private missingScreen() {
    if (this.missing === 'network')
      return html`<h1>Pas de réseau</h1>
        ${notice('warm', 'La session n’a pas pu être chargée. Vos réponses, s’il y en a, restent gardées dans cet onglet.', 'offline')}
        <button class="button" type="button" @click=${() => location.reload()}>Réessayer</button>`;
    return html`<h1>Choisissez d’abord une session</h1>
      <p>
        Cet onglet n’a pas d’inscription en cours. Si vous venez de vous inscrire, tout est dans l’e-mail que nous vous
        avons envoyé.
      </p>
      <p class="actions"><a class="button" href="/">Voir les sessions</a></p>
      <p><a href="/lien-perdu/">Retrouver mon dossier</a></p>`;
  }

  // One question

  private state(): FormState {
    const question = questions[this.step]!;
    const values = this.draft.typed[this.step] ?? question.values(this.draft);
    return { values, errors: this.errors, kiosk: this.kiosk };
  }

  private question() {
    const question = questions[this.step]!;
    return html`<form novalidate autocomplete=${this.kiosk ? 'off' : 'on'} @submit=${this.submit} @input=${this.typing}>
      ${question.view(this.draft, this.state())} ${this.suggestion ? this.suggestionNotice() : nothing}
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
    if (this.suggests(values)) return;
    this.accept(values);
  }

  private show(errors: Errors) {
    this.errors = errors;
    this.suggestion = '';
    void this.updateComplete.then(() => focusSummary(this));
  }

  private accept(values: Values) {
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

  /** A likelier address is offered once; Continuer again keeps what was typed. */
  private suggests(values: Values): boolean {
    const typed = values['email'] ?? values['contactEmail'] ?? '';
    const better = suggestEmail(typed);
    if (!better || this.suggested === typed) return false;
    this.suggested = typed;
    this.suggestion = better;
    this.errors = {};
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#suggestion')?.focus());
    return true;
  }

  private suggestionNotice() {
    return html`<div id="suggestion" tabindex="-1" role="group" aria-labelledby="suggestion-title">
      ${notice(
        'warm',
        html`<p id="suggestion-title">Vouliez-vous écrire <strong class="break">${this.suggestion}</strong> ?</p>
          <p>
            <button class="button quiet" type="button" @click=${this.useSuggestion}>Oui, corriger l’adresse</button>
          </p>
          <p>Sinon, touchez « Continuer » : votre adresse reste comme vous l’avez écrite.</p>`,
        'info',
      )}
    </div>`;
  }

  private readonly useSuggestion = () => {
    const field = this.step === 'contact' ? 'contactEmail' : 'email';
    const values = { ...this.state().values, [field]: this.suggestion };
    this.suggestion = '';
    this.accept(values);
  };

  // Answers along the way

  private identityAnswer() {
    const { session, identity } = this.draft;
    const result = feasibility(session!, identity!, Date.now());
    const until = session!.funding.dife.closesAt;
    const deadline = until
      ? html`<p>Votre demande sur Mon Compte Élu doit être faite au plus tard le <strong>${sayDay(until)}</strong>.</p>`
      : nothing;
    const begin = identity === 'oui' ? undefined : wayOf(session!, identity!)?.startBy;
    const startBy = begin ? html`<p>Commencez au plus tard le <strong>${sayDay(begin)}</strong>.</p>` : nothing;
    const screens = {
      ready: () =>
        notice(
          'good',
          html`<h2>Possible dès maintenant</h2>
            <p>Votre identité numérique est prête.</p>
            ${deadline}`,
        ),
      'post-office': () =>
        notice(
          'good',
          html`<h2>Possible, si vous vous y prenez dès aujourd’hui</h2>
            <p>
              Allez dans un bureau de poste avec une pièce d’identité : votre Identité Numérique y est créée avec vous.
              ${content.identityDelays['bureau-de-poste']}
            </p>
            ${startBy} ${deadline}
            <p>${this.helpline()}</p>`,
        ),
      paper: () =>
        notice(
          'warm',
          html`<h2>Possible par courrier, en commençant aujourd’hui</h2>
            <p>
              Sans smartphone, l’identité numérique se demande par courrier.
              ${content.identityDelays['sans-smartphone']}
            </p>
            ${startBy} ${deadline}
            <p>${this.helpline()}</p>`,
        ),
      late: () =>
        notice(
          'alert',
          html`<h2>Trop tard avec le DIFE pour cette session</h2>
            <p>
              Votre identité numérique ne serait pas prête à
              temps${until ? ` : la demande sur Mon Compte Élu doit être faite au plus tard le ${sayDay(until)}` : ''}.
            </p>
            <p>Votre collectivité peut payer, ou vous pouvez payer vous-même : votre place n’en dépend pas.</p>`,
        ),
      closed: () =>
        notice(
          'alert',
          html`<h2>Le DIFE n’est plus possible pour cette session</h2>
            <p>${session!.funding.dife.reason ?? ''}</p>`,
        ),
    };
    const possible = result !== 'late' && result !== 'closed';
    return html`${screens[result]()}
      <div class="actions">
        ${
          possible
            ? html`<button class="button" type="button" @click=${this.onward}>Continuer avec le DIFE</button>`
            : html`<button class="button" type="button" @click=${() => this.go('financement', this.mending)}>
                Choisir une autre façon de payer
              </button>`
        }
      </div>
      ${result === 'late' ? html`<p><button class="link" type="button" @click=${this.onward}>Mon identité numérique sera prête autrement : continuer avec le DIFE</button></p>` : nothing}
      ${possible && result !== 'ready' ? html`<p><button class="link" type="button" @click=${() => this.go('financement', this.mending)}>Choisir une autre façon de payer</button></p>` : nothing}`;
  }

  private helpline() {
    const { label, number, text } = content.helpline;
    const shown = this.kiosk
      ? html`<strong class="nowrap">${number}</strong>`
      : html`<a class="number nowrap" href="tel:${number.replace(/\s/g, '')}">${number}</a>`;
    return html`${label} : ${shown}<br />${text}`;
  }

  private readonly onward = () => {
    const answered = [...this.draft.answered.filter((s) => s !== 'identite-reponse'), 'identite-reponse'];
    this.save({ ...this.draft, answered });
    const next = nextStep(this.draft, 'identite-reponse', this.mending);
    this.go(next, this.mending && next !== 'verification');
  };

  private advice() {
    const advice = advise(this.draft.session!, this.draft, Date.now());
    if (!advice) return notice('alert', 'Les inscriptions à cette session sont closes.');
    return html`${notice(
        'good',
        html`<h2>${content.modes[advice.mode].title}</h2>
          ${advice.reasons.map((r) => html`<p>${r}</p>`)}`,
      )}
      <p>${content.modes[advice.mode].asks}</p>
      <div class="actions">
        <button class="button" type="button" @click=${() => this.follow(advice.mode)}>
          Choisir : ${content.modes[advice.mode].title.toLowerCase()}
        </button>
        <button class="button quiet" type="button" @click=${() => this.go('financement', this.mending)}>
          Voir les trois façons de payer
        </button>
      </div>`;
  }

  private follow(funding: Mode) {
    const { answered } = this.draft;
    const known = ['financement', ...(funding === 'dife' ? ['identite-numerique'] : [])];
    this.save({
      ...this.draft,
      funding,
      helping: false,
      answered: [...answered.filter((s) => !known.includes(s)), ...known],
    });
    const next: StepKey = funding === 'dife' ? 'identite-reponse' : nextStep(this.draft, 'financement', this.mending);
    this.go(next, this.mending && next !== 'verification');
  }

  // Check, send

  private verification() {
    const { draft } = this;
    const { person, mandate, contact, session, funding } = draft;
    const rows: [string, string, StepKey | undefined][] = [
      ['Session', `${session!.formation.title}, ${sayDates(session!.halfDays)}, ${session!.place}`, undefined],
      ['Paiement', content.modes[funding!].title, 'financement'],
      ['Nom', [person.title, person.firstName, person.lastName].filter(Boolean).join(' '), 'nom'],
      ...(funding === 'dife'
        ? ([['Nom de naissance', person.birthName ?? 'Le même', 'nom']] as [string, string, StepKey][])
        : []),
      ['E-mail', person.email!, 'coordonnees'],
      ['Téléphone', person.phone ?? 'Non donné', 'coordonnees'],
      ['Mandat', content.mandates.find((m) => m.key === mandate.kind)?.title ?? '', 'mandat'],
      ['Collectivité', mandate.authority!, 'collectivite'],
      ...(funding === 'collectivite'
        ? ([
            [
              'Contact à la collectivité',
              contact.name ? `${contact.name}, ${contact.email}` : 'Pas encore connu',
              'contact',
            ],
          ] as [string, string, StepKey][])
        : []),
    ];
    return html`<dl class="answers">${rows.map(([name, value, step]) => this.row(name, value, step))}</dl>
      <form novalidate @submit=${this.send} @change=${this.consent}>
        ${checkbox('consent', this.consentText(), { values: { consent: draft.consent ? 'oui' : '' }, errors: this.errors })}
        ${
          this.kiosk
            ? nothing
            : html`<p>
                <a href="/donnees-personnelles/" target="_blank"
                  >Ce que nous faisons de vos données<span class="hidden"> (nouvel onglet)</span></a
                >
              </p>`
        }
        <div class="actions">
          <button class="button" aria-disabled=${this.sending ? 'true' : nothing}>${this.sendLabel()}</button>
        </div>
        <p role="status">${this.sending ? 'Envoi en cours…' : ''}</p>
      </form>`;
  }

  private row(name: string, value: string, step?: StepKey) {
    const change = step
      ? html`<dd class="change">
          <button class="link" type="button" @click=${() => this.go(step, true)}>
            Modifier<span class="hidden"> ${name.toLowerCase()}</span>
          </button>
        </dd>`
      : nothing;
    return html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
      ${change}
    </div>`;
  }

  private consentText() {
    return `J’accepte que ${content.organisation.name} utilise ces réponses pour gérer mon inscription. (obligatoire)`;
  }

  private sendLabel() {
    const { session } = this.draft;
    if (this.failure) return 'Envoyer de nouveau';
    return session!.seatsLeft > 0 && !session!.waiting ? 'Réserver ma place' : 'M’inscrire en liste d’attente';
  }

  private consent(event: Event) {
    this.save({ ...this.draft, consent: (event.target as HTMLInputElement).checked });
  }

  private async send(event: Event) {
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
    const answer = await enrol(requestOf(draft), draft.key!);
    const expectedSeat = draft.session!.seatsLeft > 0 && !draft.session!.waiting;
    this.store.finish({ ...answer, email: draft.person.email!, expectedSeat });
    this.draft = this.store.load();
    this.trail = [];
    if (this.kiosk) return this.go('fin');
    history.replaceState(null, '', pathOf('fin'));
    this.step = 'fin';
    void this.toTop('.done h1');
  }

  private failed(error: unknown) {
    if (error instanceof Problem) this.refused(error);
    else this.failure = { kind: navigator.onLine ? 'unanswered' : 'offline' };
    if (this.failure) void this.updateComplete.then(() => this.querySelector<HTMLElement>('#failure')?.focus());
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
    else if (problem.status === 429) this.failure = { kind: 'busy', detail };
    else this.failure = { kind: 'other', detail, requestId };
  }

  private failureNotice(failure: Failure) {
    return html`<div id="failure" tabindex="-1" role="alert">${this.failureBody(failure)}</div>`;
  }

  private failureBody(failure: Failure) {
    switch (failure.kind) {
      case 'offline':
        return notice(
          'warm',
          html`<h2>Pas de réseau : rien n’a été envoyé</h2>
            <p>
              Vos réponses sont gardées ${this.kiosk ? 'sur cette borne, le temps de réessayer' : 'dans cet onglet'}.
              Quand le réseau revient, touchez « Envoyer de nouveau » : nous n’envoyons rien sans vous.
            </p>`,
          'offline',
        );
      case 'unanswered':
        return notice(
          'warm',
          html`<h2>Nous n’avons pas reçu de réponse</h2>
            <p>
              Le réseau s’est coupé pendant l’envoi : nous ne savons pas si votre inscription est arrivée. Vos réponses
              sont gardées.
            </p>
            <p>Touchez « Envoyer de nouveau » : vous ne serez pas inscrit deux fois.</p>`,
          'offline',
        );
      case 'funding':
        return notice(
          'alert',
          html`<h2>Cette façon de payer n’est plus possible</h2>
            <p>${failure.detail}</p>
            <p>
              <button class="button" type="button" @click=${() => this.go('financement', true)}>
                Choisir une autre façon de payer
              </button>
            </p>`,
        );
      case 'session':
        return notice(
          'alert',
          html`<h2>Les inscriptions à cette session sont closes</h2>
            <p>${failure.detail}</p>
            ${this.kiosk ? nothing : html`<p><a class="button" href="/">Voir les autres sessions</a></p>`}`,
        );
      case 'busy':
        return notice(
          'warm',
          html`<h2>Trop de demandes à la fois</h2>
            <p>${failure.detail}</p>
            <p>Vos réponses sont gardées.</p>`,
        );
      default:
        return notice(
          'alert',
          html`<h2>Votre inscription n’a pas été enregistrée</h2>
            <p>${failure.detail}</p>
            <p>
              Vos réponses sont gardées. Vous pouvez réessayer, ou nous appeler au
              <span class="nowrap">${content.organisation.phone}</span
              >.${failure.requestId ? html` Numéro de la demande : <span class="break">${failure.requestId}</span>` : nothing}
            </p>`,
        );
    }
  }

  private finished() {
    const done = this.store.done();
    return done ? doneScreen(done, this.kiosk) : nothing;
  }
}

customElements.define('ec-enrol', Enrol);
