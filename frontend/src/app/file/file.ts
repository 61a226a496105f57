import type { PropertyValues } from 'lit';
import { FileAPI, NetworkError, Problem } from '../api.js';
import type { Enrolment, Session, Step } from '../contract.js';
import { errorSummary, focusSummary, read, type Errors, type Values } from '../form.js';
import { takeLink } from '../link.js';
import { html, nothing, onceASecond, Page, save } from '../page.js';
import { address, confirmation, confirms } from './address.js';
import { data, erase, needs, telephone } from './data.js';
import { giveBack, giveBackTitle } from './give-back.js';
import { home, oldNotice } from './home.js';
import type * as Screens from './screens.js';
import { calledOff } from './status.js';
import { farewell, troubleScreen } from './trouble.js';
import { forget, keep, lastOpened, noteOpened, recall } from './vault.js';
import { TITLES, viewOf, type View } from './view.js';
import { withdraw } from './withdraw.js';

/** The screens that come with the forms. */
const FORMS: View[] = ['paiement', 'session', 'avis', 'contact'];

/**
 * The holder's file, opened by the personal link `/dossier/#<id>.<token>`. The token stays in the fragment: views are
 * told apart by `?vue=`, so that Back works and nothing secret is ever sent in an address.
 */
export class File extends Page {
  static override properties = {
    file: { state: true },
    view: { state: true },
    trouble: { state: true },
    said: { state: true },
    errors: { state: true },
    busy: { state: true },
    oldFrom: { state: true },
  };
  declare file?: Enrolment;
  declare view: View;
  declare trouble: '' | 'no-link' | 'refused' | 'network' | 'down';
  declare said: string;
  declare errors: Errors;
  declare busy: boolean;
  declare oldFrom: string; // the instant of the state shown when the network is down
  api?: FileAPI;
  private token = '';
  confirming = false; // opened by the link that an address to confirm received
  remembered = false; // opened by « Mon dossier », not by its link
  saidOf = ''; // the step that what is said is about; '' for the whole file
  others?: Session[];
  private screens?: typeof Screens;
  values: Values = {};
  readonly tap = onceASecond();

  constructor() {
    super();
    this.view = '';
    this.trouble = '';
    this.said = '';
    this.errors = {};
    this.busy = false;
    this.oldFrom = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    addEventListener('popstate', this.arrive);
    addEventListener('hashchange', this.open);
    void this.open();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('popstate', this.arrive);
    removeEventListener('hashchange', this.open);
  }

  readonly open = async () => {
    const taken = takeLink();
    const last = taken || location.pathname !== '/dossier/' || location.hash ? undefined : lastOpened();
    if (last) history.replaceState(null, '', `/dossier/${location.search}#${last.id}.${last.token}`);
    this.remembered = !!last;
    const link = taken ?? last;
    this.api = link && new FileAPI(link.id, link.token);
    this.token = link?.token ?? '';
    this.view = viewOf(location.search);
    this.file = undefined;
    this.trouble = '';
    this.errors = {};
    if (!this.api) return void (this.trouble = 'no-link');
    this.confirming = confirms(this.token);
    if (this.confirming) return;
    const forms = this.forms(); // while the file is read
    await this.refresh();
    await forms;
    await this.enterView();
  };

  private readonly arrive = () => {
    this.view = viewOf(location.search);
    this.errors = {};
    this.said = '';
    void this.enterView();
    void this.toTop();
  };

  /** Reads the file; without network, shows its last known state as such. */
  async refresh() {
    try {
      this.have(await this.api!.get());
    } catch (error) {
      await this.missed(error);
    }
  }

  private have(file: Enrolment) {
    this.file = file;
    this.trouble = '';
    this.oldFrom = '';
    noteOpened({ id: file.id, token: this.token });
    void keep(file.id, this.token, { file, at: new Date().toISOString() });
  }

  private async missed(error: unknown) {
    if (error instanceof Problem && [401, 403, 404].includes(error.status)) {
      forget(this.api!.id);
      this.trouble = 'refused';
      return;
    }
    const kept = await recall(this.api!.id, this.token);
    if (kept) {
      this.file = kept.file;
      this.oldFrom = kept.at;
    } else this.trouble = error instanceof NetworkError ? 'network' : 'down';
  }

  go(view: View) {
    this.errors = {};
    this.values = {};
    this.said = '';
    history.pushState(null, '', `/dossier/${view ? `?vue=${view}` : ''}${location.hash}`);
    this.view = view;
    void this.enterView();
    void this.toTop();
  }

  private async enterView() {
    await this.forms();
    if (!this.screens || !this.file) return;
    if (this.view === 'contact' || this.view === 'paiement') void this.screens.loadPayer(() => this.requestUpdate());
    if (this.view !== 'session' || this.others) return;
    this.others = await this.screens.others(this.file.session.formation.slug).catch(() => undefined);
    this.requestUpdate();
  }

  /** Fetches the forms when the present screen is one of them. */
  private async forms() {
    if (this.screens || !FORMS.includes(this.view)) return;
    try {
      this.screens = await import('./screens.js');
      this.requestUpdate();
    } catch (error) {
      if (FORMS.includes(this.view)) this.tell(error);
    }
  }

  /** Does one thing to the file, once, and tells what came of it. */
  async act(work: () => Promise<Enrolment>, said: string, then?: View, step = '') {
    if (!this.tap(said) || this.busy) return;
    this.busy = true;
    try {
      this.have(await work());
      if (then !== undefined && then !== this.view) this.go(then);
      this.saidOf = step;
      this.said = said;
      if (step) void this.toStep(step);
    } catch (error) {
      this.tell(error);
    } finally {
      this.busy = false;
    }
  }

  /** Once a step is ticked, the reader goes on to the next one; where none is left, to what that makes of the file. */
  private async toStep(ticked: string) {
    await this.updateComplete;
    const next = this.file?.nextStep;
    const done = this.file?.steps.find((s) => s.key === ticked)?.done;
    const summary = this.querySelector<HTMLElement>(`#etape-${done ? (next ?? '') : ticked} > summary`);
    if (summary) summary.focus();
    else void this.toTop();
  }

  /** For whoever is handed a shared device: the file of somebody else leaves it. */
  readonly notMine = () => {
    forget(this.api!.id);
    history.replaceState(null, '', '/dossier/');
    void this.open();
    void this.toTop();
  };

  /** A link that confirms nothing any more opens nothing either. */
  refuse(error: unknown) {
    if (error instanceof Problem && error.status === 401) {
      this.confirming = false;
      this.trouble = 'refused';
      void this.toTop();
    } else this.tell(error);
  }

  tell(error: unknown) {
    const fields = error instanceof Problem ? error.fields : {};
    const named = Object.fromEntries(
      Object.entries(fields).map(([k, v]) => [
        k.endsWith('.email') ? 'contactEmail' : k.endsWith('name') ? 'contactName' : k,
        v,
      ]),
    );
    if (Object.keys(named).length) this.errors = named;
    else if (error instanceof Problem) this.errors = { general: error.detail };
    else
      this.errors = {
        general:
          'Le réseau ne répond pas : rien n’a été changé, ou nous n’en savons rien encore. Réessayez dans un moment, sans risque.',
      };
    void this.updateComplete.then(() => focusSummary(this));
  }

  protected override updated(changed: PropertyValues) {
    super.updated(changed);
    this.name(TITLES[this.view], Object.keys(this.errors).length > 0);
  }

  protected override render() {
    if (this.view === 'adieu') return farewell();
    if (this.trouble) return troubleScreen(this);
    if (this.confirming) return confirmation(this);
    if (!this.file)
      return html`<h1>Mon dossier</h1>
        <p class="waiting">Un instant…</p>`;
    if (this.view) return this.inner(this.file);
    return home(this, this.file);
  }

  readonly mark = (step: Step, done: boolean) =>
    void this.act(
      () => this.api!.mark(step.key, done),
      done ? `C’est noté : « ${step.title} » est fait.` : `C’est noté : « ${step.title} » reste à faire.`,
      undefined,
      step.key,
    );

  async download(get: () => Promise<Blob>, name: string) {
    if (!this.tap(name)) return;
    try {
      save(await get(), name);
      this.errors = {};
    } catch (error) {
      this.tell(error);
    }
  }

  private inner(file: Enrolment) {
    const forms = this.screens;
    const screens: Record<string, () => unknown> = {
      telephone: () => telephone(this, file),
      besoin: () => needs(this, file),
      adresse: () => address(this, file),
      paiement: () => forms!.payment(this, file),
      session: () => forms!.otherSession(this, file, calledOff(file)),
      annuler: () => giveBack(this, file),
      avis: () => forms!.opinion(this, file),
      contact: () => forms!.contactForm(this, file),
      renoncer: () => withdraw(this, file),
      donnees: () => data(this, file),
      effacer: () => erase(this),
    };
    const fields = {
      session: ['sessionId'],
      telephone: ['phone'],
      besoin: ['needs'],
      adresse: ['email'],
      avis: ['q0'],
    }[this.view as string] ?? ['mode', 'contactName', 'contactEmail'];
    const coming = !forms && FORMS.includes(this.view);
    return html`<p class="back">
        <a href="/dossier/${location.hash}" @click=${(e: Event) => (e.preventDefault(), this.go(''))}
          >Retour au dossier</a
        >
      </p>
      ${errorSummary(this.errors, fields)} ${oldNotice(this)}
      <h1>${this.view === 'annuler' ? giveBackTitle(file) : TITLES[this.view]}</h1>
      ${coming ? this.waiting() : (screens[this.view]?.() ?? nothing)}`;
  }

  /** For a form that comes; what is wrong is said above when it does not. */
  private waiting() {
    return Object.keys(this.errors).length ? nothing : html`<p class="waiting">Un instant…</p>`;
  }

  typing(event: Event) {
    this.values = read(event.currentTarget as HTMLFormElement);
    this.requestUpdate();
  }
}

customElements.define('ec-file', File);
