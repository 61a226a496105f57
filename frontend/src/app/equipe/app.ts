/** The organisation's pages: who is there, which screen, and what was just done. */
import { NetworkError } from '../api.js';
import { html, notice, nothing, Page, type TemplateResult } from '../page.js';
import { ask, enter, renew, send, sentence, whoami, type Act } from './client.js';
import type { Me } from './contract.js';
import { somethingKept, takeBack } from './kept.js';
import { arrive, justLeft, leave, signOut } from './sign-in.js';
import { place, SAY, type Said } from './say.js';
import './find.js';
import './today.js';
import './file.js';
import './kiosk-pass.js';
import './sessions.js';
import './session.js';
import './publish.js';
import './cancel.js';
import './formations.js';
import './figures.js';
import './organisation.js';
import './copy-sheet.js';
import './enrol.js';
import './team.js';

type State = 'starting' | 'signed-out' | 'failed' | 'offline' | 'stranger' | 'removed' | 'in';

const MENU: [hash: string, title: string, direction?: boolean][] = [
  ['#/', 'Aujourd’hui'],
  ['#/sessions', 'Sessions'],
  ['#/inscrire', 'Inscrire'],
  ['#/equipe', 'Équipe', true],
  ['#/journal', 'Journal', true],
];

class Team extends Page {
  static override properties = {
    state: { state: true },
    me: { state: true },
    route: { state: true },
    said: { state: true },
    over: { state: true },
  };
  declare state: State;
  declare me?: Me;
  declare route: string;
  declare said?: Said;
  /** The session is over and nothing had to be sent yet. */
  declare over: boolean;
  private readonly places = new Map<string, number>();
  private byLink = false;

  constructor() {
    super();
    this.state = 'starting';
    this.route = location.hash;
    this.over = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', this.turn);
    document.addEventListener('click', this.clicked);
    this.addEventListener(SAY, this.hear);
    history.scrollRestoration = 'manual';
    void this.begin();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.turn);
    document.removeEventListener('click', this.clicked);
  }

  /** Comes back from the issuer, or goes there in silence; without a session there, says how to sign in. */
  private async begin() {
    try {
      const arrival = await arrive();
      this.route = location.hash;
      if (arrival.is === 'in') {
        enter(arrival.identity, this.out);
        return await this.settle();
      }
      if (arrival.is === 'failed') return this.stop('failed');
      if (arrival.is === 'nobody' || justLeft()) return this.stop('signed-out');
      await leave('silent');
    } catch {
      this.stop('offline');
    }
  }

  private async settle() {
    try {
      this.me = await ask<Me>('/me');
    } catch (error) {
      return this.state === 'starting' ? this.stop(error instanceof NetworkError ? 'offline' : 'failed') : undefined;
    }
    const { act, others } = takeBack(whoami()!.sub);
    if (act) await this.resend(act);
    else if (others)
      this.said = {
        tone: 'warm',
        text: 'Ce qu’une autre personne avait saisi sur cet écran n’a pas été envoyé, et n’est plus gardé.',
      };
    this.state = 'in';
    if (this.said) void this.toNotice();
  }

  /** What was being sent when the session ended. */
  private async resend(act: Act) {
    try {
      await send(act);
      this.said = { tone: 'good', text: `Votre session était terminée : vous voilà reconnecté. ${act.said}` };
    } catch (error) {
      this.said = {
        tone: 'alert',
        text: `Votre session était terminée, et ce que vous aviez saisi n’a pas pu être envoyé. ${sentence(error)} Votre saisie est gardée.`,
      };
    }
  }

  private readonly out = (why: 'not-of-the-team' | 'signed-out' | 'forbidden') => {
    if (why === 'signed-out') this.over = true;
    else if (why === 'forbidden') void this.roles();
    else this.stop(this.me ? 'removed' : 'stranger');
  };

  /** A role that was taken back in mid-work: what is offered follows. */
  private async roles() {
    this.me = await ask<Me>('/me', true).catch(() => this.me);
  }

  private stop(state: State) {
    this.state = state;
    void this.toTop();
  }

  private readonly clicked = (event: Event) => {
    const link = (event.target as Element).closest?.('a[href^="#"]');
    if (!link) return;
    if (link.getAttribute('href') === '#contenu') {
      event.preventDefault();
      this.querySelector<HTMLElement>('#contenu')?.focus();
    } else this.byLink = true;
  };

  private readonly turn = () => {
    this.places.set(this.route, scrollY);
    place.y = this.byLink ? 0 : (this.places.get(location.hash) ?? 0);
    this.byLink = false;
    this.route = location.hash;
    this.said = undefined;
  };

  private readonly hear = (event: Event) => {
    this.said = (event as CustomEvent<Said>).detail;
    void this.toNotice();
  };

  private async toNotice() {
    await this.updateComplete;
    const said = this.querySelector<HTMLElement>('#fait');
    said?.scrollIntoView({ block: 'nearest' });
    said?.focus({ preventScroll: true });
  }

  protected override render() {
    return html`${this.header()}
      <main id="contenu" class="wrap" tabindex="-1">${this.state === 'in' ? this.inside() : this.outside()}</main>`;
  }

  private header() {
    const at = this.route.replace(/^#\/?/, '').split('/')[0] ?? '';
    const may = (direction?: boolean) => !direction || this.me?.roles.includes('direction');
    const gestion = this.me?.roles.includes('gestion');
    return html`<header class="top">
      <div class="wrap">
        <a class="brand" href="#/"
          ><svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <path class="b1" d="M2 6.5v9L16.5 30h9z" />
            <path class="b2" d="M2 2v4.5L25.5 30H30v-4.5L6.5 2z" />
            <path class="b3" d="M6.5 2 30 25.5v-9L15.5 2z" /></svg
          >Écharpe <span class="side">équipe</span></a
        >
        ${
          this.state === 'in'
            ? html`<ec-find></ec-find>
                <nav aria-label="Menu principal">
                  <ul>
                    ${MENU.filter(([hash, , direction]) => may(direction) && (hash !== '#/inscrire' || gestion)).map(
                      ([hash, title]) =>
                        html`<li>
                          <a href=${hash} aria-current=${hash === `#/${at}` ? 'page' : nothing}>${title}</a>
                        </li>`,
                    )}
                  </ul>
                </nav>
                <p class="who">
                  <span>${this.me!.name}</span>
                  <button class="link" type="button" @click=${this.goodbye}>Se déconnecter</button>
                </p>`
            : nothing
        }
      </div>
    </header>`;
  }

  private inside() {
    return html`${this.over ? this.sessionOver() : nothing}
    ${
      this.said
        ? html`<div id="fait" tabindex="-1" role=${this.said.tone === 'alert' ? 'alert' : 'status'}>
            ${notice(
              this.said.tone,
              html`<p>${this.said.text}</p>
                ${this.said.more ?? nothing}
                ${
                  this.said.undo
                    ? html`<p><button class="link" type="button" @click=${this.undo}>Annuler ce geste</button></p>`
                    : nothing
                }`,
            )}
          </div>`
        : nothing
    }
    ${this.screen()}`;
  }

  private screen(): TemplateResult {
    const [, name = '', id = '', more = ''] = this.route.split('/').map(decodeURIComponent);
    const roles = this.me!.roles;
    switch (name) {
      case 'dossiers':
        return html`<ec-team-file .fileId=${id} .roles=${roles}></ec-team-file>`;
      case 'sessions':
        return id
          ? html`<ec-team-session .sessionId=${id} .roles=${roles}></ec-team-session>`
          : html`<ec-team-sessions .roles=${roles}></ec-team-sessions
              >${roles.includes('gestion') ? html`<ec-kiosk-pass></ec-kiosk-pass>` : nothing}`;
      case 'publier':
        return html`<ec-team-publish .sessionId=${id || 'nouvelle'} .copy=${more === 'copie'}></ec-team-publish>`;
      case 'fiche':
        return html`<ec-team-copy-sheet .sessionId=${id}></ec-team-copy-sheet>`;
      case 'chiffres':
        return html`<ec-team-figures></ec-team-figures>`;
      case 'formations':
        return id
          ? html`<ec-team-formation .slug=${id}></ec-team-formation>`
          : html`<ec-team-formations .roles=${roles}></ec-team-formations>`;
      case 'organisme':
        return html`<ec-team-organisation></ec-team-organisation>`;
      case 'inscrire':
        return html`<ec-team-enrol .session=${id}></ec-team-enrol>`;
      case 'equipe':
        return html`<ec-team-people></ec-team-people>`;
      case 'journal':
        return html`<ec-team-journal></ec-team-journal>`;
      default:
        return html`<ec-today .roles=${roles}></ec-today>`;
    }
  }

  /** The silent reading of a list found the session over: nothing leaves the page before the person says so. */
  private sessionOver() {
    return notice(
      'warm',
      html`<p>
          Votre session est terminée : ce qui est affiché n’est plus mis à jour. Ce que vous avez saisi est gardé.
        </p>
        <p><button class="button" type="button" @click=${() => renew()}>Me reconnecter</button></p>`,
    );
  }

  private outside() {
    switch (this.state) {
      case 'starting':
        return html`<h1>Équipe</h1>
          <p class="waiting">Un instant…</p>`;
      case 'signed-out':
        return this.stopped(
          somethingKept() ? 'Votre session est terminée' : 'Bonjour',
          somethingKept()
            ? 'Ce que vous avez saisi est gardé dans cet onglet. Reconnectez-vous : tout reprend là où vous en étiez.'
            : 'Ces pages sont celles de l’équipe : ce qu’il y a à faire, les sessions, les dossiers.',
          'Me connecter',
          () => leave('ask'),
        );
      case 'stranger':
        return this.stopped(
          'Votre adresse n’est pas dans l’équipe',
          'Vous êtes bien identifié, mais cette adresse n’a pas de rôle ici. Demandez à la direction de vous ajouter, puis essayez de nouveau ; ou prenez une autre adresse.',
          'Prendre une autre adresse',
          this.goodbye,
        );
      case 'removed':
        return this.stopped(
          'Votre accès a été retiré',
          'La direction vous a retiré de l’équipe pendant que vous travailliez. Ce qui était déjà enregistré l’est bien ; rien d’autre n’a été envoyé. Si c’est une erreur, demandez-lui de vous ajouter de nouveau.',
          'Me déconnecter',
          this.goodbye,
        );
      case 'offline':
        return this.stopped(
          'Le service ne répond pas',
          'La connexion n’a pas pu commencer. Vérifiez le réseau, puis réessayez.',
          'Réessayer',
          () => location.reload(),
        );
      default:
        return this.stopped(
          'La connexion n’a pas abouti',
          'Le retour du service de connexion n’a pas pu être vérifié. Recommencez ; si cela se reproduit, vérifiez que l’heure de cet ordinateur est juste et que le navigateur garde les données de ce site le temps de l’onglet.',
          'Recommencer',
          () => leave('ask'),
        );
    }
  }

  private stopped(title: string, text: string, button: string, go: () => unknown) {
    this.name(title);
    return html`<div class="alone-screen">
      <h1>${title}</h1>
      <p>${text}</p>
      <div class="actions"><button class="button" type="button" @click=${go}>${button}</button></div>
    </div>`;
  }

  private readonly goodbye = () => void signOut(whoami()!);

  private readonly undo = async () => {
    const undo = this.said?.undo;
    if (!undo) return;
    this.said = undefined;
    await undo();
  };
}

customElements.define('ec-team', Team);
