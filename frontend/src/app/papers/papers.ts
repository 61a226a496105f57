import type { PropertyValues } from 'lit';
import { FileAPI, NetworkError, Problem } from '../api.js';
import type { AuthorityFile, ConventionText } from '../contract.js';
import { randomUUID } from '../floor.js';
import { errorSummary, focusSummary, read, type Errors, type Values } from '../form.js';
import { takeLink } from '../link.js';
import { html, nothing, notice, onceASecond, Page, save } from '../page.js';
import { answer } from './answer.js';
import { billing } from './billing.js';
import { convention, sendScan } from './convention.js';
import { handover, silence } from './handover.js';
import { home, troubled } from './home.js';
import type { Sending } from './scan/scan.js';
import { signing } from './sign.js';
import { TITLES, titleOf, viewOf, type View } from './view.js';

/**
 * The page of the contact at the collectivité, opened by the link `/papiers/#<id>.<token>`: what they are asked, in three acts, and
 * the papers. Nothing else of the file. Views are told apart by `?vue=`, as on the holder's page.
 */
export class Papers extends Page {
  static override properties = {
    file: { state: true },
    view: { state: true },
    trouble: { state: true },
    said: { state: true },
    errors: { state: true },
    busy: { state: true },
    shown: { state: true },
  };
  /** The text to sign online; null where the convention is signed by hand. */
  declare shown?: ConventionText | null;
  declare file?: AuthorityFile;
  declare view: View;
  declare trouble: '' | 'refused' | 'network';
  declare said: string;
  declare errors: Errors;
  declare busy: boolean;
  api?: FileAPI;
  /** Of the personal link. */
  token = '';
  /** The pages of a signed convention; null when the screen could not be fetched. */
  sending?: Sending | null;
  values: Values = {};
  readonly tap = onceASecond();

  constructor() {
    super();
    this.view = '';
    this.trouble = '';
    this.said = '';
    this.errors = {};
    this.busy = false;
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
    const link = takeLink();
    this.api = link && new FileAPI(link.id, link.token);
    this.token = link?.token ?? '';
    this.sending = undefined;
    this.view = viewOf(location.search);
    this.file = undefined;
    this.trouble = '';
    if (!this.api) return void (this.trouble = 'refused');
    try {
      this.file = await this.api.papers();
      void this.show();
    } catch (error) {
      this.trouble = error instanceof Problem && error.status < 500 ? 'refused' : 'network';
    }
  };

  private readonly arrive = () => {
    this.view = viewOf(location.search);
    this.errors = {};
    this.values = {};
    this.said = '';
    if (this.view !== 'signer') this.shown = undefined;
    void this.show();
    void this.toTop();
  };

  /** Reads the text to sign when its screen is opened. */
  readonly show = async () => {
    if (this.view === 'envoi') return this.fetchSending();
    if (this.shown || !this.file || this.file.closed || (this.view !== 'convention' && this.view !== 'signer')) return;
    try {
      this.shown = await this.api!.convention();
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) this.tell(error);
      this.shown = null;
    }
  };

  private async fetchSending() {
    if (this.sending || !this.file || this.file.closed) return;
    const kit = { html, notice, newKey: randomUUID, tap: this.tap, Problem, NetworkError };
    this.sending = await import('./scan/scan.js').then(
      (m) => new m.Sending(this, kit),
      () => null,
    );
    this.requestUpdate();
  }

  go(view: View) {
    history.pushState(null, '', this.address(view));
    this.arrive();
  }

  address = (view: View) => `/papiers/${view ? `?vue=${view}` : ''}${location.hash}`;

  /** Does one act, once, goes back to the list and tells what came of it. */
  async act(work: () => Promise<AuthorityFile>, said: string) {
    if (!this.tap(said) || this.busy) return;
    this.busy = true;
    try {
      this.done(await work(), said);
    } catch (error) {
      this.tell(error);
    } finally {
      this.busy = false;
    }
  }

  /** Back to the list, with what came of an act. */
  done(file: AuthorityFile, said: string) {
    this.file = file;
    this.sending = undefined;
    if (this.view) this.go('');
    this.errors = {};
    this.said = said;
  }

  tell(error: unknown) {
    if (error instanceof Problem)
      this.errors = Object.keys(error.fields).length ? error.fields : { general: error.detail };
    else if (error instanceof NetworkError)
      this.errors = {
        general:
          'Le réseau ne répond pas : rien n’a été enregistré, ou nous n’en savons rien encore. Réessayez dans un moment, sans risque.',
      };
    else throw error;
    this.showErrors();
  }

  /** Shows what is wrong before sending anything; true when something is. */
  wrong(errors: Errors): boolean {
    this.errors = errors;
    if (!Object.keys(errors).length) return false;
    this.showErrors();
    return true;
  }

  private showErrors() {
    void this.updateComplete.then(() => focusSummary(this));
  }

  async download(kind: string) {
    if (!this.tap(kind)) return;
    try {
      save(await this.api!.paper(kind), `${kind}-${this.file?.reference ?? 'formation'}.pdf`);
      this.errors = {};
    } catch {
      this.errors = { general: 'Le document n’a pas pu être chargé. Réessayez dans un moment.' };
      this.showErrors();
    }
  }

  readonly typing = (event: Event) => {
    this.values = read(event.currentTarget as HTMLFormElement);
    this.requestUpdate();
  };

  protected override updated(changed: PropertyValues) {
    super.updated(changed);
    this.name(titleOf(this.view, this.file?.silent), Object.keys(this.errors).length > 0);
  }

  protected override render() {
    if (this.trouble) return troubled(this);
    if (!this.file)
      return html`<h1>${TITLES['']}</h1>
        <p class="waiting">Un instant…</p>`;
    if (this.view && (!this.file.closed || (this.view === 'silence' && !this.file.handed?.to)))
      return this.inner(this.file);
    return home(this, this.file);
  }

  private inner(file: AuthorityFile) {
    const screens: Record<string, () => unknown> = {
      reponse: () => answer(this, file),
      facturation: () => billing(this, file),
      convention: () => convention(this, file),
      signer: () => signing(this),
      envoi: () => sendScan(this, file),
      transmettre: () => handover(this, file),
      silence: () => silence(this, file),
    };
    const fields = [
      'given',
      'ground',
      'detail',
      'known',
      'siret',
      'service',
      'commitment',
      'address',
      'name',
      'email',
      'function',
      'right',
      'agreed',
      'files',
    ];
    return html`<p class="back">
        <a href=${this.address('')} @click=${(e: Event) => (e.preventDefault(), this.go(''))}>Retour à la demande</a>
      </p>
      ${errorSummary(this.errors, fields)}
      <h1>${titleOf(this.view, file.silent)}</h1>
      ${screens[this.view]?.() ?? nothing}`;
  }
}

customElements.define('ec-papers', Papers);
