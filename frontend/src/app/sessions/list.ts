import content from 'echarpe:content';
import { listSeats, listSessions, type Choices } from '../api.js';
import { MODES, type Session } from '../contract.js';
import { read, selectField } from '../form.js';
import { elsewhere, sayHour, sayMonth, saySeats } from '../french.js';
import { icon } from '../icons.js';
import { html, notice, nothing, Page } from '../page.js';
import { card } from './card.js';
import { active, asked, filterOf, NO_FILTER, readFilter, writeFilter, type Filter } from './filter.js';
import { Poll } from './live.js';

const NO_CHOICES: Choices = { themes: [], places: [], months: [] };

/** The open sessions, a page at a time, with live seats. On the kiosk a session is chosen by an event, not by a link. */
class Sessions extends Page {
  static override properties = {
    kiosk: { type: Boolean },
    sessions: { state: true },
    filter: { state: true },
    stale: { state: true },
    busy: { state: true },
    said: { state: true },
  };
  declare kiosk: boolean;
  declare sessions?: Session[];
  declare filter: Filter;
  declare stale: boolean;
  declare busy: boolean;
  declare said: string;
  private choices = NO_CHOICES;
  /** Where each page shown begins, and where the next one would; '' is the first. */
  private cursors: string[] = [];
  private next?: string;
  private seenAt = '';
  private readonly poll = new Poll(() => this.refresh());

  constructor() {
    super();
    this.kiosk = false;
    this.filter = NO_FILTER;
    this.stale = false;
    this.busy = false;
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

  /** Asks for as many pages as are shown, one at least; a failure makes what is shown stale, and says so. */
  private async ask(pages = 1) {
    const filter = this.filter;
    this.busy = true;
    try {
      const read = await readPages(filter, '', pages);
      if (filter !== this.filter) return;
      this.choices = read.choices ?? this.choices;
      this.have(read.sessions, read.cursors, read.next);
    } catch {
      if (filter === this.filter) this.stale = true;
    } finally {
      if (filter === this.filter) this.busy = false;
    }
  }

  private have(sessions: Session[], cursors: string[], next?: string) {
    this.sessions = sessions;
    this.cursors = cursors;
    this.next = next;
    this.seenAt = new Date().toISOString();
    this.stale = false;
  }

  /** Fresh seats of what is shown. A page that holds other sessions than before is asked for whole. */
  private async refresh() {
    if (!this.sessions) return this.ask();
    const filter = this.filter;
    try {
      const pages = await Promise.all(this.cursors.map((cursor) => listSeats(asked(filter, cursor))));
      if (filter !== this.filter) return;
      const seats = pages.flat();
      const same = seats.length === this.sessions.length && seats.every((s, i) => s.id === this.sessions![i]!.id);
      if (!same) return this.ask(this.cursors.length);
      const fresh = this.sessions.map((s, i) => ({ ...s, ...seats[i] }));
      this.said = changes(this.sessions, fresh);
      this.have(fresh, this.cursors, this.next);
    } catch {
      if (filter === this.filter) this.stale = true;
    }
  }

  private readonly more = async () => {
    if (this.busy || !this.next || !this.sessions) return;
    const { filter, sessions: shown } = this;
    this.busy = true;
    try {
      const read = await readPages(filter, this.next);
      if (filter !== this.filter) return;
      this.have([...shown, ...read.sessions], [...this.cursors, ...read.cursors], read.next);
      this.said = read.sessions.length ? `${read.sessions.length} sessions de plus.` : 'Aucune autre session.';
      await this.updateComplete;
      this.querySelectorAll<HTMLElement>('.card h2 a, .card h2 button')[shown.length]?.focus();
    } catch {
      this.stale = true;
    } finally {
      this.busy = false;
    }
  };

  protected override render() {
    if (!this.sessions) return this.stale ? this.unreachable() : html`<p class="waiting">Recherche des sessions…</p>`;
    const { length } = this.sessions;
    const count = length > 1 ? `${length} sessions` : length ? '1 session' : 'Aucune session';
    const further = this.next ? 'Les premières\u00a0: ' : '';
    return html`
      ${this.stale ? notice('warm', `Le réseau ne répond plus. Liste vue à ${sayHour(this.seenAt)} : les places restantes ne sont plus sûres.`, 'offline') : nothing}
      ${length > 1 || active(this.filter) ? this.filters() : nothing}
      <p role="status">
        ${this.said || (length ? `${further}${count}${elsewhere() ? '. Heures de Paris.' : ''}` : '')}
      </p>
      ${
        length
          ? html`<ul class="cards">
              ${this.sessions.map((s) => card(s, !this.stale, this.choice(s)))}
            </ul>`
          : this.empty()
      }
      ${
        this.next
          ? html`<p>
              <button
                class="button quiet"
                type="button"
                aria-disabled=${this.busy ? 'true' : nothing}
                @click=${this.more}
              >
                Voir les sessions suivantes
              </button>
            </p>`
          : nothing
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
    const { themes, places, months } = this.choices;
    const { theme, lieu, mois, paiement } = this.filter;
    const chosen = active(this.filter);
    return html`<details class="filters" ?open=${chosen > 0}>
      <summary>
        ${icon('filter')}<span>Filtrer${chosen ? ` (${chosen} actif${chosen > 1 ? 's' : ''})` : ''}</span>
      </summary>
      <form @change=${this.choose} @submit=${this.show}>
        ${selectField('theme', 'Thème', [['', 'Tous les thèmes'], ...pairs(themes)], theme)}
        ${selectField('lieu', 'Lieu', [['', 'Tous les lieux'], ['visio', 'Par visioconférence'], ['salle', 'En salle'], ...pairs(places)], lieu)}
        ${selectField('mois', 'Date', [['', 'Toutes les dates'], ...months.map((m) => [m, sayMonth(`${m}-15`)] as [string, string])], mois)}
        ${selectField('paiement', 'Façon de payer encore possible', [['', 'Toutes'], ...MODES.map((m) => [m, content.modes[m].title] as [string, string])], paiement)}
        <div class="actions">
          <button class="button quiet">Voir ces sessions</button>
          ${chosen ? html`<button class="button quiet" type="button" @click=${this.clear}>Effacer les filtres</button>` : nothing}
        </div>
      </form>
    </details>`;
  }

  private choose(event: Event) {
    this.set(filterOf(read(event.currentTarget as HTMLFormElement)));
  }

  /** The list follows each choice; the button leads from the filters to it, for who has no eyes on it. */
  private show(event: Event) {
    event.preventDefault();
    this.querySelector<HTMLElement>('.card h2 a, .card h2 button')?.focus();
  }

  private readonly clear = () => this.set(NO_FILTER);

  private set(filter: Filter) {
    this.said = '';
    this.filter = filter;
    void this.ask();
    if (!this.kiosk) history.replaceState(null, '', location.pathname + writeFilter(filter));
  }

  private empty() {
    if (this.next || active(this.filter))
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

/** Reads pages from a cursor on, until as many as asked for and one session at least are there, or the list ends. */
async function readPages(filter: Filter, from: string, pages = 1) {
  const read = {
    sessions: [] as Session[],
    cursors: [] as string[],
    next: undefined as string | undefined,
    choices: undefined as Choices | undefined,
  };
  for (let cursor: string | undefined = from; cursor !== undefined; cursor = read.next) {
    const page = await listSessions(asked(filter, cursor));
    read.sessions.push(...page.sessions);
    read.cursors.push(cursor);
    read.choices ??= page.choices;
    read.next = page.next;
    if (read.cursors.length >= pages && read.sessions.length) break;
  }
  return read;
}

const pairs = (values: string[]): [string, string][] => values.map((v) => [v, v]);

/** What to announce: only sessions whose seats changed. */
function changes(old: Session[], fresh: Session[]): string {
  const before = new Map(old.map((s) => [s.id, saySeats(s).text]));
  const changed = fresh.filter((s) => before.has(s.id) && before.get(s.id) !== saySeats(s).text);
  return changed.map((s) => `${s.formation.title} : ${saySeats(s).text}.`).join(' ');
}

customElements.define('ec-sessions', Sessions);
