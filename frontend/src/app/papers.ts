import content from 'echarpe:content';
import { FileAPI, NetworkError } from './api.js';
import type { AuthorityPapers, Paper } from './contract.js';
import { errorSummary, focusSummary, type Errors } from './form.js';
import { sayCost, sayHalfDays } from './french.js';
import { icon } from './icons.js';
import { takeLink } from './link.js';
import { html, notice, onceASecond, Page, save, withIcon } from './page.js';
import './typed.js';
import './core.js';

/** What the collectivité's contact may see: the papers, and what they are for. Nothing else of the file. */
class Papers extends Page {
  static override properties = { file: { state: true }, trouble: { state: true }, errors: { state: true } };
  declare file?: AuthorityPapers;
  declare trouble: '' | 'refused' | 'network';
  declare errors: Errors;
  private api?: FileAPI;
  private readonly tap = onceASecond();

  constructor() {
    super();
    this.trouble = '';
    this.errors = {};
  }

  override connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', this.open);
    void this.open();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.open);
  }

  private readonly open = async () => {
    const link = takeLink();
    this.api = link && new FileAPI(link.id, link.token);
    this.file = undefined;
    this.trouble = '';
    if (!this.api) return void (this.trouble = 'refused');
    try {
      this.file = await this.api.papers();
    } catch (error) {
      this.trouble = error instanceof NetworkError ? 'network' : 'refused';
    }
  };

  protected override render() {
    const { file, trouble } = this;
    const title = html`<h1>Documents pour la collectivité</h1>`;
    if (trouble === 'network')
      return html`${title}${notice('warm', 'Le réseau ne répond pas.', 'offline')}
        <p><button class="button" type="button" @click=${this.open}>Réessayer</button></p>`;
    if (trouble)
      return html`${title}
        <p>
          Ce lien n’ouvre pas de documents. Ouvrez-le depuis notre e-mail, ou écrivez-nous :
          <a class="break" href="mailto:${content.organisation.email}">${content.organisation.email}</a>.
        </p>`;
    if (!file)
      return html`${title}
        <p class="waiting">Un instant…</p>`;
    return html`${errorSummary(this.errors, [])}${title} ${this.about(file)}
      <ul class="rows">
        ${(file.papers ?? []).map((p) => this.paper(p))}
      </ul>
      ${notice('plain', 'Merci de nous renvoyer la convention signée, en un exemplaire, avant le premier jour de la formation. La facture passe ensuite par Chorus Pro : indiquez-nous votre SIRET, le code service et le numéro d’engagement.')}
      <p>
        Une question ?
        <a class="nowrap" href="tel:${content.organisation.phone.replace(/\s/g, '')}">${content.organisation.phone}</a>
        ou <a class="break" href="mailto:${content.organisation.email}">${content.organisation.email}</a>
      </p>`;
  }

  private about({ name, authority, session, reference }: AuthorityPapers) {
    return html`<p class="lead">Formation de ${name}, ${authority}</p>
      <p><strong>${session.formation.title}</strong></p>
      ${withIcon('calendar', html`${sayHalfDays(session.halfDays).map((d) => html`${d}<br />`)}`)}
      ${withIcon(session.remote ? 'video' : 'place', session.place)} ${withIcon('euro', sayCost(session.formation))}
      <p class="meta">Référence ${reference}</p>`;
  }

  private paper(p: Paper) {
    if (!p.available)
      return html`<li class="off">
        ${icon('paper')}<span>${p.title} : ${p.reason ?? 'pas encore disponible'}</span>
      </li>`;
    return html`<li>
      <button type="button" @click=${() => this.fetch(p)}>
        ${icon('paper')}<span>${p.title} <small>(PDF)</small></span>
      </button>
    </li>`;
  }

  private async fetch(p: Paper) {
    if (!this.tap(p.kind)) return;
    try {
      save(await this.api!.paper(p.kind), `${p.kind}-${this.file?.reference ?? 'formation'}.pdf`);
      this.errors = {};
    } catch {
      this.errors = { general: 'Le document n’a pas pu être chargé. Réessayez dans un moment.' };
      void this.updateComplete.then(() => focusSummary(this));
    }
  }
}

customElements.define('ec-papers', Papers);
