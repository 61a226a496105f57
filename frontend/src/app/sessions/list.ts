import content from 'echarpe:content';
import { listSessions } from '../api.js';
import { MODES, type Session } from '../contract.js';
import { read, selectField } from '../form.js';
import { elsewhere, sayHour, saySeats } from '../french.js';
import { icon } from '../icons.js';
import { html, notice, nothing, Page } from '../page.js';
import { card } from './card.js';
import { apply, choices, filterOf, NO_FILTER, readFilter, writeFilter, type Filter } from './filter.js';
import { Poll } from './live.js';

/** The open sessions, filtered, with live seats. On the kiosk a session is chosen by an event, not by a link. */
class Sessions extends Page {
  static override properties = {
    kiosk: { type: Boolean },
    sessions: { state: true },
    filter: { state: true },
    stale: { state: true },
    said: { state: true },
  };
  declare kiosk: boolean;
  declare sessions?: Session[];
  declare filter: Filter;
  declare stale: boolean;
  declare said: string;
  private seenAt = '';
  private readonly poll = new Poll(() => this.ask());

  constructor() {
    super();
    this.kiosk = false;
    this.filter = NO_FILTER;
    this.stale = false;
    this.said = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    if (!this.kiosk) this.filter = readFilter(location.search);
    void this.ask();
    this.poll.start();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.poll.stop();
  }

  /** Asks for the list; a failure makes what is shown stale, and says so. */
  private async ask() {
    try {
      const fresh = await listSessions();
      this.said = this.sessions ? changes(this.sessions, fresh) : '';
      this.sessions = fresh;
      this.seenAt = new Date().toISOString();
      this.stale = false;
    } catch {
      this.stale = true;
    }
  }

  protected override render() {
    if (!this.sessions) return this.stale ? this.unreachable() : html`<p class="waiting">Recherche des sessions…</p>`;
    const shown = apply(this.filter, this.sessions, Date.now());
    const count = shown.length > 1 ? `${shown.length} sessions` : shown.length ? '1 session' : 'Aucune session';
    return html`
      ${this.stale ? notice('warm', `Le réseau ne répond plus. Liste vue à ${sayHour(this.seenAt)} : les places restantes ne sont plus sûres.`, 'offline') : nothing}
      ${this.sessions.length > 1 ? this.filters() : nothing}
      <p role="status">
        ${this.said || (this.sessions.length ? `${count}${elsewhere() ? '. Heures de Paris.' : ''}` : '')}
      </p>
      ${
        shown.length
          ? html`<ul class="cards">
              ${shown.map((s) => card(s, !this.stale, this.choice(s)))}
            </ul>`
          : this.empty()
      }
    `;
  }

  private choice(s: Session) {
    return this.kiosk
      ? html`<button
          class="link"
          type="button"
          @click=${() => this.dispatchEvent(new CustomEvent('choose', { detail: s, bubbles: true }))}
        >
          ${s.formation.title}
        </button>`
      : html`<a href="/session/?id=${encodeURIComponent(s.id)}">${s.formation.title}</a>`;
  }

  private filters() {
    const { themes, places, months } = choices(this.sessions ?? []);
    const { theme, lieu, mois, paiement } = this.filter;
    const active = Object.values(this.filter).filter(Boolean).length;
    return html`<details class="filters" ?open=${active > 0}>
      <summary>
        ${icon('filter')}<span>Filtrer${active ? ` (${active} actif${active > 1 ? 's' : ''})` : ''}</span>
      </summary>
      <form @change=${this.choose} @submit=${this.choose}>
        ${selectField('theme', 'Thème', [['', 'Tous les thèmes'], ...pairs(themes)], theme)}
        ${selectField('lieu', 'Lieu', [['', 'Tous les lieux'], ['visio', 'Par visioconférence'], ['salle', 'En salle'], ...pairs(places)], lieu)}
        ${selectField('mois', 'Date', [['', 'Toutes les dates'], ...months], mois)}
        ${selectField('paiement', 'Façon de payer encore possible', [['', 'Toutes'], ...MODES.map((m) => [m, content.modes[m].title] as [string, string])], paiement)}
        ${active ? html`<p><button class="button quiet" type="button" @click=${this.clear}>Effacer les filtres</button></p>` : nothing}
      </form>
    </details>`;
  }

  private choose(event: Event) {
    event.preventDefault();
    this.set(filterOf(read(event.currentTarget as HTMLFormElement)));
  }

  private readonly clear = () => this.set(NO_FILTER);

  private set(filter: Filter) {
    this.said = '';
    this.filter = filter;
    if (!this.kiosk) history.replaceState(null, '', location.pathname + writeFilter(filter));
  }

  private empty() {
    if (this.sessions?.length)
      return notice(
        'plain',
        html`<p>Aucune session ne correspond à ces filtres.</p>
          <p><button class="button quiet" type="button" @click=${this.clear}>Voir toutes les sessions</button></p>`,
      );
    return notice(
      'plain',
      html`<h2>Pas de session ouverte pour l’instant</h2>
        <p>
          De nouvelles dates arrivent régulièrement. Appelez-nous au
          <span class="nowrap">${content.organisation.phone}</span> pour être prévenu.
        </p>`,
    );
  }

  private unreachable() {
    return notice(
      'warm',
      html`<h2>Le réseau ne répond pas</h2>
        <p>
          Les sessions n’ont pas pu être chargées. Nous ne montrons pas d’anciennes places : elles pourraient être
          fausses.
        </p>
        <p><button class="button" type="button" @click=${() => this.ask()}>Réessayer</button></p>
        ${this.kiosk ? nothing : html`<p><a href="/guide/">Lire le guide, disponible hors ligne</a></p>`}`,
      'offline',
    );
  }
}

const pairs = (values: string[]): [string, string][] => values.map((v) => [v, v]);

/** What to announce: only sessions whose seats changed. */
function changes(old: Session[], fresh: Session[]): string {
  const before = new Map(old.map((s) => [s.id, saySeats(s).text]));
  const changed = fresh.filter((s) => before.has(s.id) && before.get(s.id) !== saySeats(s).text);
  return changed.map((s) => `${s.formation.title} : ${saySeats(s).text}.`).join(' ');
}

customElements.define('ec-sessions', Sessions);
