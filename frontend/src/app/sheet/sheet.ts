import content from 'echarpe:content';
import { call, json, NetworkError, Problem, sent } from '../api.js';
import { randomUUID } from '../floor.js';
import { errorSummary, focusSummary, read, type Errors, type Values } from '../form.js';
import { sayHour } from '../french.js';
import { decoded } from '../link.js';
import { html, nothing, notice, Page } from '../page.js';
import { device } from '../storage.js';
import './camera.js';
import { details, faults, FIELDS, strangerForm } from './stranger.js';
import {
  currentHalf,
  Outbox,
  tally,
  withTaps,
  type Answer,
  type Arrived,
  type Attendee,
  type Desk,
  type Presence,
  type Round,
  type SheetData,
  type Tap,
} from './taps.js';

/** The session and token of the trainer's link: a session's name may hold hyphens, which a file's never does. */
const LINK = /([a-z0-9-]+)\.(\d+\.t\.[\w-]+)/i;

const words: Record<Exclude<Presence, ''>, string> = { present: 'Présent', absent: 'Absent', excused: 'Excusé' };
const said: Record<Presence, string> = { '': 'rien', present: 'présent', absent: 'absent', excused: 'excusé' };
const became: Record<Arrived['outcome'], string> = {
  enrolled: 'l’inscription est faite, l’organisme la complétera.',
  listed: 'cette personne est déjà sur la liste, sa présence est notée.',
  noted: 'pas d’inscription, son nom est noté et l’organisme l’appellera.',
};
const many = (n: number, word: string) => `${n}\u00a0${word}${n > 1 ? 's' : ''}`;
const EVERY = 20_000;
const SOON = 1_500;

class RoomAPI implements Desk {
  private readonly base: string;
  constructor(
    readonly session: string,
    private readonly token: string,
  ) {
    this.base = `/api/attendance/${encodeURIComponent(session)}`;
  }
  private ask<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
    return json<T>(call(this.base + path, sent(method, body, { Authorization: `Bearer ${this.token}` })));
  }
  sheet = () => this.ask<SheetData>('');
  mark = ({ half, person, presence, minutes, at }: Extract<Tap, { kind: 'mark' }>) =>
    this.ask<Answer>(`/${half}/${person}`, 'PUT', { presence, minutes: minutes ?? 0, at });
  arrive = ({ person, name, details }: Extract<Tap, { kind: 'arrival' }>) =>
    this.ask<Arrived>(`/arrivals/${person}`, 'PUT', details ?? { name });
}

/** The sheet in the room: who is here, half-day by half-day, on the trainer's own tablet or telephone. */
class Sheet extends Page {
  static override properties = {
    known: { state: true },
    half: { state: true },
    waiting: { state: true },
    offline: { state: true },
    news: { state: true },
    trouble: { state: true },
    late: { state: true },
    typed: { state: true },
    errors: { state: true },
  };
  declare known?: SheetData;
  declare half: string;
  declare waiting: Tap[];
  declare offline: boolean;
  declare news: string[];
  declare trouble: string;
  declare late: string;
  declare typed: Values;
  declare errors: Errors;
  private api?: RoomAPI;
  private outbox?: Outbox;
  private sending = false;
  private timer = 0;
  private pause = SOON;

  constructor() {
    super();
    this.half = this.trouble = this.late = '';
    this.typed = {};
    this.errors = {};
    this.waiting = [];
    this.news = [];
    this.offline = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', this.open);
    addEventListener('online', this.send);
    document.addEventListener('visibilitychange', this.send);
    this.open();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.open);
    removeEventListener('online', this.send);
    document.removeEventListener('visibilitychange', this.send);
    clearTimeout(this.timer);
  }

  private readonly open = () => {
    const [, session, token] = LINK.exec(decoded(location.hash)) ?? [];
    this.known = undefined;
    this.trouble = '';
    if (!session || !token) return void (this.trouble = 'Ouvrez cette page par le lien que l’organisme vous a donné.');
    this.api = new RoomAPI(session, token);
    this.outbox = new Outbox(session, device);
    this.waiting = this.outbox.taps;
    try {
      const kept = device.get(this.kept);
      if (kept) this.show(JSON.parse(kept) as SheetData);
    } catch {
      device.remove(this.kept);
    }
    void this.send();
  };

  private get kept() {
    return `feuille:${this.api?.session ?? ''}`;
  }

  private show(sheet: SheetData) {
    this.known = sheet;
    if (!sheet.halfDays.some((h) => h.key === this.half)) this.half = currentHalf(sheet, new Date());
    this.name(`Présence, ${sheet.session.title}`);
  }

  /** Sends what waits, then reads the sheet again. */
  private readonly send = async () => {
    const { api, outbox } = this;
    if (!api || !outbox || this.sending || document.visibilityState === 'hidden') return;
    this.sending = true;
    try {
      const round = await outbox.send(api);
      this.tell(round);
      this.offline = round.offline;
      if (!round.offline) await this.read(api);
    } finally {
      this.sending = false;
      this.waiting = outbox.taps;
      this.again();
    }
    if (!this.offline && this.waiting.length) void this.send(); // tapped meanwhile
  };

  /** The next round: soon after one that failed, then less and less often. */
  private again() {
    this.pause = this.offline ? Math.min(2 * this.pause, EVERY) : SOON;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(this.send, this.offline ? this.pause : EVERY);
  }

  private async read(api: RoomAPI) {
    try {
      const sheet = await api.sheet();
      this.trouble = '';
      device.set(this.kept, JSON.stringify(sheet));
      this.show(sheet);
    } catch (error) {
      if (error instanceof NetworkError || (error instanceof Problem && error.status >= 500)) this.offline = true;
      else if (error instanceof Problem) this.trouble = error.detail;
      else throw error;
    }
  }

  private tell({ conflicts, refused, arrived }: Round) {
    const fresh = [
      ...arrived.map(({ name, outcome, why }) => `${name}\u00a0: ${became[outcome]} ${why}`.trim()),
      ...conflicts.map(
        ({ tap, stands }) =>
          `${this.person(tap.person)}\u00a0: vous aviez noté «\u00a0${said[tap.presence]}\u00a0», mais ${
            stands.by === 'trainer' ? 'une autre tablette' : stands.by
          } a noté «\u00a0${said[stands.presence]}\u00a0» après vous, à ${sayHour(stands.at)}. C’est ce qui reste.`,
      ),
      ...refused.map(({ tap, why }) => `${this.person(tap.person)}\u00a0: ${why}`),
    ];
    if (fresh.length) this.news = [...this.news, ...fresh];
  }

  private person = (id: string) =>
    this.sheet?.people.find((p) => p.id === id || p.arrival === id)?.name ?? 'Cette personne';

  private get sheet(): SheetData | undefined {
    return this.known && withTaps(this.known, this.waiting);
  }

  private tap(tap: Tap) {
    this.outbox!.add(tap);
    this.waiting = this.outbox!.taps;
    void this.send();
  }

  private set(p: Attendee, presence: Presence, minutes?: number) {
    const now = p.marks[this.half];
    const back = now?.presence === presence && minutes === undefined && !now.minutes;
    this.late = '';
    this.tap({
      kind: 'mark',
      half: this.half,
      person: p.id,
      presence: back ? '' : presence,
      minutes,
      at: new Date().toISOString(),
    });
  }

  /** Whose code was read is here, unless that is noted already: a mark of some minutes stays as it is. */
  private readonly scanned = (p: Attendee) => {
    const fresh = p.marks[this.half]?.presence !== 'present';
    if (fresh) this.set(p, 'present');
    return fresh;
  };

  protected override render() {
    const { sheet, trouble } = this;
    if (!sheet)
      return html`<h1>Feuille de présence</h1>
        ${
          trouble
            ? html`${notice('warm', trouble)}
                <p>
                  L’organisme :
                  <a class="nowrap" href="tel:${content.organisation.phone.replace(/\s/g, '')}"
                    >${content.organisation.phone}</a
                  >
                </p>`
            : this.offline
              ? notice('warm', 'Le réseau ne répond pas. La feuille s’ouvrira dès son retour.', 'offline')
              : html`<p class="waiting">Un instant…</p>`
        }`;
    const counts = tally(sheet, this.half);
    return html`<h1>Présence</h1>
      <p class="lead">${sheet.session.title}, ${sheet.place}</p>
      ${this.halves(sheet)}
      <p class="tally">
        <strong>${many(counts.present, 'présent')}</strong>, ${many(counts.absent, 'absent')},
        ${many(counts.excused, 'excusé')}, ${counts.none} à noter
      </p>
      <p class="sent ${this.waiting.length ? 'held' : ''}" role="status">${this.where()}</p>
      ${this.trouble ? notice('alert', this.trouble) : nothing}
      ${
        this.news.length
          ? html`<div role="alert">
              ${notice(
                'alert',
                html`${this.news.map((line) => html`<p>${line}</p>`)}
                  <button class="button quiet" type="button" @click=${() => (this.news = [])}>J’ai lu</button>`,
              )}
            </div>`
          : nothing
      }
      ${
        sheet.people.some((p) => p.codes)
          ? html`<ec-camera .sheet=${sheet} .present=${this.scanned}></ec-camera>`
          : nothing
      }
      <ul class="attendees">
        ${sheet.people.map((p) => this.row(p, sheet))}
      </ul>
      ${this.stranger()}`;
  }

  private where() {
    const n = this.waiting.length;
    if (!n)
      return this.offline ? 'Sans réseau. Tout ce que vous notez est gardé sur cette tablette.' : 'Tout est envoyé.';
    const what = `${n}\u00a0${n > 1 ? 'présences à envoyer' : 'présence à envoyer'}`;
    return this.offline
      ? `Sans réseau\u00a0: ${what} dès son retour. Rien n’est perdu si vous fermez la page.`
      : `${what}…`;
  }

  private halves(sheet: SheetData) {
    return html`<fieldset class="halves">
      <legend>Demi-journée</legend>
      ${sheet.halfDays.map(
        (h) =>
          html`<button
            type="button"
            aria-pressed=${h.key === this.half ? 'true' : 'false'}
            @click=${() => (this.half = h.key)}
          >
            ${h.label}
          </button>`,
      )}
    </fieldset>`;
  }

  private row(p: Attendee, sheet: SheetData) {
    const mark = p.marks[this.half];
    const lasts = sheet.halfDays.find((h) => h.key === this.half)?.minutes ?? 0;
    return html`<li>
      <p class="who" id="who-${p.id}">
        <strong>${p.name}</strong>${p.unexpected ? html` <span class="tag">pas sur la liste</span>` : nothing}
        ${mark?.minutes ? html`<span class="meta">présent ${mark.minutes} min sur ${lasts}</span>` : nothing}
      </p>
      <div class="marks" role="group" aria-labelledby="who-${p.id}">
        ${(['present', 'absent', 'excused'] as const).map(
          (presence) =>
            html`<button
              type="button"
              class=${presence}
              aria-pressed=${mark?.presence === presence ? 'true' : 'false'}
              @click=${() => this.set(p, presence)}
            >
              ${words[presence]}
            </button>`,
        )}
      </div>
      ${mark?.presence === 'present' ? this.partly(p, lasts, mark.minutes) : nothing}
    </li>`;
  }

  /** Who came late or left early: how long they were there. */
  private partly(p: Attendee, lasts: number, minutes?: number) {
    if (this.late !== p.id)
      return html`<button class="link" type="button" @click=${() => (this.late = p.id)}>
        En retard, ou parti plus tôt<span class="hidden">, ${p.name}</span>
      </button>`;
    return html`<form
      class="partly"
      @submit=${(event: Event) => {
        event.preventDefault();
        const field = (event.target as HTMLFormElement).elements.namedItem('minutes') as HTMLInputElement;
        const n = Math.round(Number(field.value));
        if (n > 0 && n <= lasts) this.set(p, 'present', n === lasts ? undefined : n);
        else field.reportValidity();
      }}
    >
      <label for="minutes">Minutes de présence, sur ${lasts}</label>
      <input
        id="minutes"
        name="minutes"
        type="number"
        inputmode="numeric"
        min="1"
        max=${lasts}
        required
        .value=${String(minutes ?? '')}
      />
      <button class="button" type="submit">Noter</button>
    </form>`;
  }

  private stranger() {
    return html`<details class="fold" ?open=${Object.keys(this.errors).length > 0}>
      <summary>Quelqu’un n’est pas sur la liste ?</summary>
      <div class="inside">
        <p>
          S’il reste une place, cette personne est inscrite tout de suite et sa présence est notée. Sinon, son nom est
          gardé pour l’organisme.
        </p>
        ${errorSummary(this.errors, [...FIELDS])} ${strangerForm({ values: this.typed, errors: this.errors }, this.add)}
      </div>
    </details>`;
  }

  private readonly add = (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    this.typed = read(form);
    this.errors = faults(this.typed);
    if (Object.keys(this.errors).length) return void this.updateComplete.then(() => focusSummary(this));
    const person = `x-${randomUUID()}`;
    const at = new Date().toISOString();
    const who = details(this.typed);
    this.outbox!.add({ kind: 'arrival', person, name: `${who.firstName} ${who.lastName}`, details: who, at });
    this.tap({ kind: 'mark', half: this.half, person, presence: 'present', at });
    this.typed = {};
    form.closest('details')?.removeAttribute('open');
  };
}

customElements.define('ec-sheet', Sheet);
