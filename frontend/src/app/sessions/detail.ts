import content from 'echarpe:content';
import { getSession, Problem } from '../api.js';
import { isOpen, until } from '../choose.js';
import { MODES, type Mode, type Session } from '../contract.js';
import { elsewhere, sayCost, sayHalfDays, sayHours, sayInstant, saySeats } from '../french.js';
import { icon } from '../icons.js';
import { idIn } from '../address.js';
import { html, notice, nothing, Page, withIcon } from '../page.js';
import { seatsLine } from './card.js';
import { tellEngines } from './engines.js';
import { Poll } from './live.js';

/** One session: what one learns, when, where, seats now, ways to pay, and the way in. */
class SessionDetail extends Page {
  static override properties = {
    kiosk: { type: Boolean },
    sessionId: { attribute: false },
    session: { state: true },
    trouble: { state: true },
    said: { state: true },
  };
  declare kiosk: boolean;
  declare sessionId: string;
  declare session?: Session;
  declare trouble: '' | 'network' | 'absent';
  declare said: string;
  private readonly poll = new Poll(() => this.ask());

  constructor() {
    super();
    this.kiosk = false;
    this.sessionId = '';
    this.trouble = '';
    this.said = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    this.sessionId ||= idIn(new URLSearchParams(location.search).get('id'));
    if (this.sessionId) void this.ask();
    else this.trouble = 'absent';
    this.poll.start();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.poll.stop();
  }

  private async ask() {
    try {
      const fresh = await getSession(this.sessionId);
      const text = saySeats(fresh).text;
      this.said = this.session && saySeats(this.session).text !== text ? text : '';
      this.session = fresh;
      this.trouble = '';
      if (!this.kiosk) {
        this.name(fresh.formation.title);
        tellEngines([fresh]);
      }
    } catch (error) {
      this.trouble = error instanceof Problem && error.status === 404 ? 'absent' : 'network';
    }
  }

  protected override render() {
    const { session, trouble } = this;
    const back = this.kiosk ? nothing : html`<p class="back"><a href="/">Toutes les sessions</a></p>`;
    if (trouble === 'absent')
      return html`${back}
        <h1>Session introuvable</h1>
        <p>Cette session n’existe plus, ou son adresse a été mal recopiée.</p>`;
    if (!session)
      return html`${back}
        <h1>Session de formation</h1>
        ${trouble ? this.unreachable() : html`<p class="waiting">Un instant…</p>`}`;
    const f = session.formation;
    return html`${back}
      <h1>${f.title}</h1>
      ${f.summary ? html`<p class="lead">${f.summary}</p>` : nothing}
      ${trouble ? notice('warm', 'Le réseau ne répond plus : les places restantes ne sont plus sûres.', 'offline') : nothing}
      ${withIcon('calendar', html`${sayHalfDays(session.halfDays).map((d) => html`${d}<br />`)}${elsewhere() ? '(heure de Paris)' : ''}`)}
      ${this.place(session)} ${withIcon('clock', sayHours(f.hours))} ${withIcon('euro', sayCost(f))}
      ${seatsLine(session, !trouble)}
      <p class="hidden" role="status">${this.said}</p>
      ${this.wayIn(session)}
      <h2>Façons de payer</h2>
      <dl class="facts">${MODES.map((mode) => this.possibility(session, mode))}</dl>
      ${this.contents(session)}`;
  }

  private place(session: Session) {
    const map =
      session.mapUrl && !this.kiosk
        ? html`<br /><a href=${session.mapUrl} rel="noreferrer">Voir sur une carte</a>`
        : nothing;
    return withIcon(
      session.remote ? 'video' : 'place',
      html`${session.place}${session.address ? html`<br />${session.address}` : nothing}${session.access ? html`<br />${session.access}` : nothing}${map}`,
    );
  }

  private wayIn(session: Session) {
    const { level } = saySeats(session);
    if (level === 'closed')
      return notice(
        'alert',
        session.status === 'cancelled' ? 'Cette session est annulée.' : 'Les inscriptions sont closes.',
      );
    const label = level === 'full' ? 'Rejoindre la liste d’attente' : 'S’inscrire à cette session';
    const more =
      level === 'full'
        ? notice(
            'warm',
            `Cette session est complète. Si une place se libère, elle est proposée dans l’ordre d’arrivée${session.waiting ? ` ; ${session.waiting}\u00a0personne${session.waiting > 1 ? 's attendent' : ' attend'} déjà` : ''}.`,
            'queue',
          )
        : nothing;
    return html`${more}
      <div class="actions">
        ${
          this.kiosk
            ? html`<button
                class="button"
                type="button"
                @click=${() => this.dispatchEvent(new CustomEvent('enrol', { detail: session, bubbles: true }))}
              >
                ${label}
              </button>`
            : html`<a class="button" href="/inscription/financement/?session=${encodeURIComponent(session.id)}"
                  >${label}</a
                >
                ${
                  session.funding.collectivite.open
                    ? html`<a class="button quiet" href="/groupe/?session=${encodeURIComponent(session.id)}"
                        >Inscrire plusieurs élus</a
                      >`
                    : nothing
                }`
        }
      </div>
      <p class="meta">Inscriptions ouvertes jusqu’au ${sayInstant(session.closesAt)}.</p>`;
  }

  private possibility(session: Session, mode: Mode) {
    const open = isOpen(session, mode, Date.now());
    const { reason } = session.funding[mode];
    const words = open
      ? `Possible ${until(session.funding[mode], Date.now())}`.trim()
      : (reason ?? 'Ce n’est plus possible pour cette session.');
    const title = content.modes[mode].title;
    return html`<div>
      <dt>${this.kiosk ? title : html`<a href="/guide/${mode}/">${title}</a>`}</dt>
      <dd class="with">${icon(open ? 'check' : 'cross')}<span>${words}</span></dd>
    </div>`;
  }

  private contents({ id, formation: f }: Session) {
    const texts: [string, string | undefined][] = [
      ['Pour qui', f.audience],
      ['Prérequis', f.prerequisites],
      ['Méthodes et moyens', f.methods],
      ['Évaluation', f.evaluation],
      ['À l’issue', f.outcome],
      ['Intervenants', f.trainers],
      ['Accessibilité', f.accessibility],
      ['Délai d’accès', f.accessTime],
    ];
    return html`${
      f.objective
        ? html`<h2>Objectif</h2>
            <p>${f.objective}</p>`
        : nothing
    }
    ${
      f.programme?.length
        ? html`<h2>Programme</h2>
            <ul>
              ${f.programme.map((p) => html`<li>${p}</li>`)}
            </ul>`
        : nothing
    }
    ${texts.map(([title, text]) =>
      text
        ? html`<h2>${title}</h2>
            <p>${text}</p>`
        : nothing,
    )}
    ${this.kiosk ? nothing : html`<p class="actions"><a class="button quiet" href="/api/sessions/${encodeURIComponent(id)}/programme.pdf">Le programme en PDF</a></p>`}`;
  }

  private unreachable() {
    return notice(
      'warm',
      html`<h2>Le réseau ne répond pas</h2>
        <p>La session n’a pas pu être chargée.</p>
        <p><button class="button" type="button" @click=${() => this.ask()}>Réessayer</button></p>`,
      'offline',
    );
  }
}

customElements.define('ec-session', SessionDetail);
