/** The sessions: seats, queue, and how far the funding of their people is. */
import { repeat } from 'lit/directives/repeat.js';
import { svg } from 'lit';
import { read } from '../form.js';
import { dayKey, sayHour } from '../french.js';
import { html, notice, nothing, Page } from '../page.js';
import { Poll } from '../sessions/live.js';
import { ask, download, sentence } from './client.js';
import type { Role, SessionLine, Summary } from './contract.js';
import { land, say } from './say.js';
import { FRESH } from './today.js';
import { count, dayShort } from './words.js';

interface List {
  sessions: SessionLine[];
  next?: string;
}

const kept: Record<string, List> = {};

/** Where people's funding is: three heights, so that it reads without colour; the words say the same. */
export function bar(s: Summary) {
  const parts: [keyof Summary, number][] = [
    ['settled', 12],
    ['declared', 8],
    ['todo', 4],
  ];
  const all = parts.reduce((n, [key]) => n + s[key], 0);
  if (!all) return html`<span class="meta">personne</span>`;
  let x = 0;
  return html`<svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      ${parts.map(([key, height]) => {
        const width = (s[key] / all) * 100;
        const at = x;
        x += width;
        return svg`<rect class=${key} x=${at} y=${12 - height} width=${width} height=${height}/>`;
      })}
    </svg>
    <span class="meta">${funding(s)}</span>`;
}

export const funding = (s: Summary) =>
  [
    s.settled ? count(s.settled, 'réglé') : '',
    s.declared ? count(s.declared, 'déclaré') : '',
    s.todo ? `${s.todo}\u00a0à faire` : '',
    s.offered ? count(s.offered, 'place proposée', 'places proposées') : '',
    s.unreachable ? count(s.unreachable, 'injoignable') : '',
  ]
    .filter(Boolean)
    .join(', ');

export function stateOf(s: SessionLine): string {
  if (s.status === 'cancelled') return 'annulée';
  if (Date.parse(s.end) < Date.now()) return 'passée';
  if (s.closed) return 'close';
  return s.taken >= s.capacity ? 'complète' : 'ouverte';
}

/** What may be taken away as a workbook. */
const EXPORTS: [name: string, title: string][] = [
  ['personnes', 'Les personnes'],
  ['sessions', 'Les sessions'],
  ['presences', 'Les présences'],
  ['factures', 'Ce qui est à facturer'],
  ['journal-factures', 'Les factures et avoirs émis'],
  ['parcours', 'Où l’on s’arrête'],
  ['avis', 'Les avis des participants'],
  ['rapport-annuel', 'Le rapport annuel'],
  ['bilan-pedagogique', 'Le bilan pédagogique et financier'],
];

class Sessions extends Page {
  static override properties = {
    roles: { attribute: false },
    period: { state: true },
    list: { state: true },
    trouble: { state: true },
  };
  declare roles: Role[];
  declare period: 'coming' | 'past';
  declare list?: List;
  declare trouble: string;
  private readonly poll = new Poll(() => this.load(true), FRESH);

  constructor() {
    super();
    this.roles = [];
    this.period = 'coming';
    this.list = kept[this.period];
    this.trouble = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    this.name('Sessions');
    this.poll.start();
    void this.load();
    void land(this);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.poll.stop();
  }

  private path() {
    const day = (n: number) => dayKey(new Date(Date.now() + n * 86_400_000));
    return this.period === 'coming' ? `/sessions?from=${day(0)}` : `/sessions?from=${day(-400)}&to=${day(-1)}`;
  }

  private async load(quiet = false) {
    const { period } = this;
    try {
      const fresh = await ask<List>(this.path(), quiet);
      if (period !== this.period) return;
      this.list = kept[period] = fresh;
      this.trouble = '';
    } catch (error) {
      this.trouble = sentence(error);
    }
  }

  private readonly more = async () => {
    try {
      const page = await ask<List>(`${this.path()}&cursor=${encodeURIComponent(this.list!.next!)}`);
      this.list = { ...page, sessions: [...this.list!.sessions, ...page.sessions] };
    } catch (error) {
      this.trouble = sentence(error);
    }
  };

  private readonly choose = (event: Event) => {
    this.period = (event.currentTarget as HTMLSelectElement).value as 'coming' | 'past';
    this.list = kept[this.period];
    void this.load();
  };

  protected override render() {
    return html`<div class="tools">
        <h1>Sessions</h1>
        <div class="field inline">
          <label for="periode">Montrer</label>
          <select id="periode" @change=${this.choose}>
            <option value="coming">À venir</option>
            <option value="past">Passées</option>
          </select>
        </div>
        ${this.roles.includes('gestion') ? html`<a class="button quiet" href="#/publier">Nouvelle session</a>` : nothing}
        <a class="button quiet" href="#/formations">Formations</a>
        <a class="button quiet" href="#/chiffres">Chiffres</a>
        ${this.roles.includes('gestion') ? html`<a class="button quiet" href="#/organisme">Réglages</a>` : nothing}
      </div>
      ${this.trouble ? notice('alert', `La liste n’a pas pu être mise à jour. ${this.trouble}`, 'offline') : nothing}
      ${this.list ? this.table(this.list) : this.trouble ? nothing : html`<p class="waiting">Un instant…</p>`}
      ${this.list ? this.exports() : nothing}`;
  }

  private exports() {
    const year = dayKey(new Date()).slice(0, 4);
    return html`<form class="tools noprint exports" @submit=${this.take} aria-label="Exporter">
      <h2>Exporter</h2>
      <div class="field inline">
        <label for="quoi">Quoi</label>
        <select id="quoi" name="quoi">
          ${EXPORTS.map(([name, title]) => html`<option value=${name}>${title}</option>`)}
        </select>
      </div>
      <div class="field inline">
        <label for="du">Sessions finies du</label><input type="date" id="du" name="du" .defaultValue="${year}-01-01" />
      </div>
      <div class="field inline">
        <label for="au">au</label><input type="date" id="au" name="au" .defaultValue="${year}-12-31" />
      </div>
      <button class="button quiet">Télécharger (Excel)</button>
      ${
        this.roles.some((r) => r !== 'lecture')
          ? html`<button class="button quiet" type="button" @click=${this.takeCatalogue}>
              Télécharger le catalogue
            </button>`
          : nothing
      }
    </form>`;
  }

  private readonly take = async (event: Event) => {
    event.preventDefault();
    const { quoi, du, au } = read(event.currentTarget as HTMLFormElement);
    try {
      await download(`/exports/${quoi}.xlsx?from=${du}&to=${au}`, `${quoi}-${du}-${au}.xlsx`);
      say(this, {
        tone: 'good',
        text: 'La liste est téléchargée. Elle porte des données personnelles, gardez-la en lieu sûr.',
      });
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    }
  };

  /** The catalogue as a file: what the command applies. */
  private readonly takeCatalogue = async () => {
    try {
      await download('/catalogue', `catalogue-${dayKey(new Date())}.yaml`);
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    }
  };

  private table({ sessions, next }: List) {
    if (!sessions.length)
      return html`<p>
        ${this.period === 'coming' ? 'Aucune session à venir.' : 'Aucune session passée depuis un an.'}
      </p>`;
    return html`<table class="dense">
        <caption class="hidden">
          Sessions ${this.period === 'coming' ? 'à venir' : 'passées'}, par date
        </caption>
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Session</th>
            <th scope="col">Places prises</th>
            <th scope="col">Attente</th>
            <th scope="col">Financement</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            sessions,
            (s) => s.id,
            (s) => this.row(s),
          )}
        </tbody>
      </table>
      ${
        next
          ? html`<p><button class="button quiet" type="button" @click=${this.more}>Voir la suite</button></p>`
          : nothing
      }`;
  }

  private row(s: SessionLine) {
    const short = s.status === 'open' && s.taken < s.minimum && Date.parse(s.start) > Date.now();
    return html`<tr>
      <td class="nowrap-wide">${dayShort(s.start)}<br /><span class="meta">${sayHour(s.start)}</span></td>
      <th scope="row">
        <a href="#/sessions/${encodeURIComponent(s.id)}">${s.title}</a><br />
        <span class="meta">${s.remote ? 'À distance' : s.place} · ${stateOf(s)}</span>
      </th>
      <td>
        <span class="only-narrow">Places prises : </span>${s.taken} sur
        ${s.capacity}${short ? html`<br /><span class="meta warn">sous le minimum (${s.minimum})</span>` : nothing}
      </td>
      <td><span class="only-narrow">Attente : </span>${s.waiting || '–'}</td>
      <td><span class="only-narrow">Financement : </span>${bar(s.summary)}</td>
    </tr>`;
  }
}

customElements.define('ec-team-sessions', Sessions);
