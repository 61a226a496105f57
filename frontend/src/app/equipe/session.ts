/** One session: its people in a table that sorts, filters and prints; its queue, and why each seat went where it went. */
import answers from 'echarpe:answers';
import { repeat } from 'lit/directives/repeat.js';
import { Problem } from '../api.js';
import { sayHalfDays } from '../french.js';
import { html, notice, nothing, Page } from '../page.js';
import { Poll } from '../sessions/live.js';
import { ask, download, send, sentence } from './client.js';
import { textField, type Values } from '../form.js';
import type { Entry, FileView, Noted, Role, SessionView, Sheet } from './contract.js';
import { drawForm, focusSummary, listField, reasonField, wrong } from './fields.js';
import { draft } from './kept.js';
import { MESSAGE } from './message.js';
import { land, say } from './say.js';
import { bar, stateOf } from './sessions.js';
import { FRESH } from './today.js';
import { count, dayShort, instant, why } from './words.js';

const DAY = 86_400_000;

const COLUMNS = [
  ['name', 'Nom'],
  ['authority', 'Collectivité'],
  ['phone', 'Téléphone'],
  ['statusLabel', 'État'],
  ['fundingLabel', 'Financement'],
  ['since', 'Étape, depuis'],
] as const;
type Column = (typeof COLUMNS)[number][0];

const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The people whose line holds every word, in the order of a column. */
export function arranged(people: Entry[], words: string, by: Column, down: boolean): Entry[] {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  const line = (e: Entry) =>
    fold([e.name, e.authority, e.reference, e.phoneLabel, e.statusLabel, e.fundingLabel, e.stepTitle].join(' '));
  return people
    .filter((e) => wanted.every((word) => line(e).includes(word)))
    .sort((a, b) => (a[by] ?? '').localeCompare(b[by] ?? '', 'fr') * (down ? -1 : 1));
}

class SessionPage extends Page {
  static override properties = {
    sessionId: { attribute: false },
    roles: { attribute: false },
    view: { state: true },
    sheet: { state: true },
    words: { state: true },
    by: { state: true },
    down: { state: true },
    open: { state: true },
    errors: { state: true },
    busy: { state: true },
    trouble: { state: true },
    writing: { state: true },
    revoking: { state: true },
    cancelling: { state: true },
  };
  declare sessionId: string;
  declare roles: Role[];
  declare view?: SessionView;
  declare sheet?: Sheet;
  declare words: string;
  declare by: Column;
  declare down: boolean;
  declare open: string;
  declare errors: Record<string, string>;
  declare busy: boolean;
  declare trouble: string;
  declare writing: boolean;
  declare revoking: boolean;
  declare cancelling: boolean;
  private readonly poll = new Poll(() => this.load(true), FRESH);

  constructor() {
    super();
    this.words = '';
    this.by = 'name';
    this.down = false;
    this.open = '';
    this.errors = {};
    this.busy = false;
    this.trouble = '';
    this.writing = false;
    this.revoking = false;
    this.cancelling = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.poll.start();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.poll.stop();
  }

  protected override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('sessionId')) return;
    this.view = undefined;
    this.sheet = undefined;
    void this.load().then(() => land(this));
  }

  protected override updated(changed: Map<string, unknown>) {
    super.updated(changed);
    if (this.view) this.name(`${this.view.title}, ${dayShort(this.view.start)}`, wrong(this));
  }

  private async load(quiet = false) {
    try {
      this.view = await ask<SessionView>(`/sessions/${encodeURIComponent(this.sessionId)}`, quiet);
      this.trouble = '';
      await this.loadSheet(quiet);
      this.cancelling ||= draft.under(this.sessionId).includes('cancellation');
      this.writing ||= draft.under(this.sessionId).includes(MESSAGE);
      this.open ||= this.view.queue.find(({ file }) => draft.get(`${file.id}:offer`))?.file.id ?? '';
    } catch (error) {
      this.trouble = sentence(error);
    }
  }

  /** The sheet, from the day before. */
  private async loadSheet(quiet: boolean) {
    if (this.view!.status === 'cancelled' || Date.parse(this.view!.start) - Date.now() > DAY) return;
    this.sheet = await ask<Sheet>(`/sessions/${encodeURIComponent(this.sessionId)}/attendance`, quiet);
  }

  protected override render() {
    const v = this.view;
    if (!v)
      return html`<h1>Session</h1>
        <p class=${this.trouble ? '' : 'waiting'}>${this.trouble || 'Un instant…'}</p>
        ${this.trouble ? html`<p><a href="#/sessions">Revenir aux sessions</a></p>` : nothing}`;
    return html`<p class="back noprint"><a href="#/sessions">Toutes les sessions</a></p>
      <div class="head">
        <h1>${v.title}</h1>
        <p class="meta">
          ${sayHalfDays(v.halfDays).map((line) => html`${line}<br />`)}
          ${v.remote ? 'À distance' : [v.place, v.address].filter(Boolean).join(', ')} · ${stateOf(v)}
        </p>
        <p>
          <strong>${v.taken} sur ${v.capacity}</strong> places
          prises${v.minimum ? html`, minimum ${v.minimum}` : nothing}${
            v.waiting ? html`, ${count(v.waiting, 'personne attend', 'personnes attendent')}` : nothing
          }
        </p>
        <p>Financement des inscrits ${bar(v.summary)}</p>
        ${this.roles.includes('gestion') ? this.publishing(v) : nothing}
      </div>
      ${
        this.cancelling
          ? html`<ec-team-cancel
              .sessionId=${v.id}
              @done=${() => {
                this.cancelling = false;
                void this.load(true);
              }}
            ></ec-team-cancel>`
          : nothing
      }
      ${this.trouble ? notice('alert', `La page n’a pas pu être mise à jour. ${this.trouble}`, 'offline') : nothing}
      ${this.sheet ? this.presence(this.sheet) : nothing} ${this.people(v)} ${this.queue(v)} ${this.messages(v)}`;
  }

  /** What the team may do of the session itself. */
  private publishing(v: SessionView) {
    const to = `#/publier/${encodeURIComponent(v.id)}`;
    const ahead = v.status === 'open' && Date.parse(v.start) > Date.now();
    return html`<p class="acts noprint">
      ${ahead ? html`<a class="button quiet" href=${to}>Modifier ou déplacer</a>` : nothing}
      <a class="button quiet" href="${to}/copie">Dupliquer</a>
      ${
        ahead
          ? html`<a class="button quiet" href="#/fiche/${encodeURIComponent(v.id)}">Fiche Mon Compte Formation</a>`
          : nothing
      }
      ${
        ahead && !this.cancelling
          ? html`<button class="button quiet" type="button" @click=${() => (this.cancelling = true)}>
              Annuler la session
            </button>`
          : nothing
      }
    </p>`;
  }

  private messages(v: SessionView) {
    const may = this.roles.includes('gestion') && v.people.length > 0;
    if (!may && !v.messages.length) return nothing;
    return html`<section class="noprint">
      <h2>Messages</h2>
      ${
        may
          ? html`<p>
              <button
                class="button quiet"
                type="button"
                aria-expanded=${this.writing}
                @click=${() => (this.writing = !this.writing)}
              >
                Écrire aux personnes de la session
              </button>
            </p>`
          : nothing
      }
      ${
        this.writing && may
          ? html`<ec-team-message
              .sessionId=${v.id}
              @done=${() => {
                this.writing = false;
                void this.load(true);
              }}
            ></ec-team-message>`
          : nothing
      }
      ${
        v.messages.length
          ? html`<ol class="timeline">
              ${v.messages.map(
                (m) =>
                  html`<li>
                    <details>
                      <summary>${m.subject}</summary>
                      ${m.text.map((p) => html`<p>${p}</p>`)}
                    </details>
                    <span class="meta">${instant(m.at)}, ${m.by}, à ${count(m.people, 'personne')}</span>
                  </li>`,
              )}
            </ol>`
          : nothing
      }
    </section>`;
  }

  private presence(sheet: Sheet) {
    const missing = sheet.missing
      ? `Il manque ${count(sheet.missing, 'présence', 'présences')} à relever.`
      : 'Toutes les présences sont relevées.';
    return html`<section class="panel noprint">
      <h2>Présence</h2>
      <p>${missing} ${sheet.closed ? 'La session est close : les heures de chacun sont dans son dossier.' : nothing}</p>
      ${
        sheet.closed
          ? html`<p>
              <button class="button quiet" type="button" @click=${() => this.take('certificats', 'zip')}>
                Certificats de réalisation (ZIP)
              </button>
            </p>`
          : nothing
      }
      ${
        sheet.trainer
          ? html`<p>
                <a href=${sheet.trainer.url} target="_blank" rel="noreferrer">Ouvrir la feuille de présence</a>
                <span class="meta"
                  >(nouvel onglet ; c’est aussi le lien du formateur, jusqu’au ${dayShort(sheet.trainer.until)})</span
                >
              </p>
              ${this.roles.includes('gestion') ? this.revocation() : nothing}`
          : nothing
      }
      ${this.arrivals(sheet)}
      ${
        sheet.over && (!sheet.closed || sheet.missing) && this.roles.includes('gestion')
          ? html`<p>
                ${sheet.missing ? 'Clore compte absentes les personnes dont la présence n’est pas relevée. ' : nothing}${sheet.people.some((p) => p.unexpected) ? 'Les personnes venues sans place n’auront ni certificat ni facture. ' : nothing}Les
                heures suivies sont inscrites dans chaque dossier ; une correction reste possible ensuite.
              </p>
              <p>
                <button class="button" type="button" aria-disabled=${this.busy ? 'true' : nothing} @click=${this.close}>
                  Clore la session
                </button>
              </p>`
          : nothing
      }
    </section>`;
  }

  /** Who came without a seat and could not be enrolled in the room: whom to call, and the act. */
  private arrivals(sheet: Sheet) {
    const came = sheet.people.filter((p) => p.unexpected);
    if (!came.length) return nothing;
    return html`<h3>Venus sans place</h3>
      <ul class="lines">
        ${came.map(
          (p) =>
            html`<li>
              <p>
                <strong>${p.name}</strong>${p.noted?.authority ? `, ${p.noted.authority}` : nothing}
                ${[p.noted?.phone, p.noted?.email].filter(Boolean).join(', ')}
                <span class="meta">${p.noted?.why}</span>
              </p>
              ${
                !this.roles.includes('gestion')
                  ? nothing
                  : this.open === p.id
                    ? this.enrolForm(p.id, p.noted ?? {})
                    : html`<p>
                        <button class="button quiet" type="button" @click=${() => this.toggle(p.id)}>
                          Inscrire<span class="hidden"> ${p.name}</span>
                        </button>
                      </p>`
              }
            </li>`,
        )}
      </ul>`;
  }

  private enrolForm(id: string, noted: Noted) {
    const form = `${this.sessionId}:${id}`;
    return drawForm({
      id: form,
      title: 'Inscrire une personne venue sans place',
      effect:
        'Une place de la session est prise, les présences déjà notées sont gardées, et le dossier part par e-mail.',
      start: { ...noted } as Record<string, string>,
      fields: (state) =>
        html`<div class="pair">
            ${textField({ id: 'firstName', label: 'Prénom', limit: 80, capitals: 'words', required: true }, state)}
            ${textField({ id: 'lastName', label: 'Nom', limit: 80, capitals: 'words', required: true }, state)}
          </div>
          <div class="pair">
            ${textField({ id: 'email', label: 'Adresse e-mail', type: 'email', required: true }, state)}
            ${textField({ id: 'phone', label: 'Téléphone', type: 'tel' }, state)}
          </div>
          <div class="pair">
            ${listField(
              { id: 'mandate', label: 'Mandat', required: true },
              [['', 'Choisissez le mandat'], ...answers.mandates.map((m): [string, string] => [m.key, m.title])],
              state,
            )}
            ${textField({ id: 'authority', label: 'Collectivité', limit: 150, capitals: 'words', required: true }, state)}
          </div>
          ${listField(
            { id: 'funding', label: 'Qui paie', required: true },
            [
              ['', 'Choisissez'],
              ['collectivite', 'La collectivité'],
              ['personnel', 'La personne elle-même'],
            ],
            state,
          )}`,
      button: 'Inscrire',
      errors: this.errors,
      busy: this.busy,
      send: (values) => void this.complete(form, id, values),
      close: () => {
        draft.drop(form);
        this.open = '';
        this.errors = {};
      },
    });
  }

  private async complete(form: string, id: string, values: Values) {
    this.busy = true;
    const said = `${values['firstName']} ${values['lastName']} a une place dans cette session.`;
    const path = `/sessions/${encodeURIComponent(this.sessionId)}/arrivals/${id}`;
    const { firstName, lastName, email, phone, mandate, authority, funding } = values;
    const body = { firstName, lastName, email, phone, mandate, authority, funding };
    try {
      this.sheet = await send<Sheet>({ method: 'PUT', path, body, form, said });
      this.open = '';
      this.errors = {};
      say(this, { tone: 'good', text: said });
    } catch (error) {
      if (error instanceof Problem && Object.keys(error.fields).length) {
        this.errors = Object.fromEntries(
          Object.entries(error.fields).map(([key, text]) => [
            { 'mandate.kind': 'mandate', 'mandate.authority': 'authority' }[key] ?? key,
            text,
          ]),
        );
        await this.updateComplete;
        focusSummary(this);
      } else say(this, { tone: 'alert', text: sentence(error) });
    } finally {
      this.busy = false;
    }
    await this.load(true);
  }

  /** Stops the trainer's link, as when a telephone is lost. */
  private revocation() {
    const form = `${this.sessionId}:revocation`;
    if (!this.revoking)
      return html`<p>
        <button class="link" type="button" @click=${() => (this.revoking = true)}>Révoquer le lien du formateur</button>
      </p>`;
    return drawForm({
      id: form,
      title: 'Révoquer le lien du formateur',
      effect: 'Les liens déjà donnés ne s’ouvrent plus. Un nouveau s’affiche ici, à lui donner.',
      start: { reason: '' },
      fields: (state) => reasonField(state, true, 'Gardé dans le journal.'),
      button: 'Révoquer le lien',
      danger: true,
      errors: this.errors,
      busy: this.busy,
      send: ({ reason }) => void this.revoke(form, reason ?? ''),
      close: () => {
        draft.drop(form);
        this.revoking = false;
        this.errors = {};
      },
    });
  }

  private async revoke(form: string, reason: string) {
    this.busy = true;
    const said = 'L’ancien lien du formateur ne s’ouvre plus. Donnez-lui le nouveau.';
    const path = `/sessions/${encodeURIComponent(this.sessionId)}/revocation`;
    try {
      this.sheet = await send<Sheet>({ method: 'POST', path, body: { reason }, form, said });
      this.revoking = false;
      this.errors = {};
      say(this, { tone: 'good', text: said });
    } catch (error) {
      if (error instanceof Problem && error.fields['reason']) {
        this.errors = error.fields;
        await this.updateComplete;
        focusSummary(this);
      } else say(this, { tone: 'alert', text: sentence(error) });
    } finally {
      this.busy = false;
    }
  }

  private readonly close = async () => {
    if (this.busy) return;
    this.busy = true;
    const said = 'La session est close : les heures de chacun sont dans son dossier.';
    try {
      this.sheet = await send<Sheet>({
        method: 'POST',
        path: `/sessions/${encodeURIComponent(this.sessionId)}/closure`,
        body: { unmarked: 'absent', unlisted: 'leave' },
        said,
      });
      say(this, { tone: 'good', text: said });
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    } finally {
      this.busy = false;
    }
    await this.load(true);
  };

  /** A paper of the whole session, to keep. */
  private async take(kind: 'emargement' | 'certificats', form: string) {
    try {
      const path = `/sessions/${encodeURIComponent(this.sessionId)}/documents/${kind}`;
      await download(path, `${kind}-${this.sessionId}.${form}`);
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    }
  }

  private people(v: SessionView) {
    const seated = v.people.filter((e) => e.status !== 'waiting');
    if (!seated.length)
      return html`<section>
        <h2>Inscrits</h2>
        <p>Personne n’a encore de place dans cette session.</p>
      </section>`;
    const shown = arranged(seated, this.words, this.by, this.down);
    return html`<section>
      <div class="tools">
        <h2>Inscrits <span class="meta">${seated.length}</span></h2>
        <div class="field inline noprint">
          <label for="filtre">Filtrer</label>
          <input
            id="filtre"
            type="text"
            autocomplete="off"
            @input=${(e: Event) => (this.words = (e.currentTarget as HTMLInputElement).value)}
          />
        </div>
        <div class="field inline noprint only-narrow-block">
          <label for="tri">Trier par</label>
          <select id="tri" @change=${(e: Event) => this.sort((e.currentTarget as HTMLSelectElement).value as Column)}>
            ${COLUMNS.map(([key, title]) => html`<option value=${key} ?selected=${key === this.by}>${title}</option>`)}
          </select>
        </div>
        <button class="button quiet noprint" type="button" @click=${() => print()}>Imprimer</button>
        <button class="button quiet noprint" type="button" @click=${() => this.take('emargement', 'pdf')}>
          Feuille à signer (PDF)
        </button>
      </div>
      <p class="hidden" role="status">${this.words ? `${count(shown.length, 'personne')} sur ${seated.length}` : ''}</p>
      ${shown.length ? this.table(shown) : html`<p>Personne ne correspond à « ${this.words} ».</p>`}
    </section>`;
  }

  private table(people: Entry[]) {
    return html`<table class="dense people">
      <caption class="hidden">
        Personnes inscrites
      </caption>
      <thead>
        <tr>
          ${COLUMNS.map(([key, title]) => this.heading(key, title))}
        </tr>
      </thead>
      <tbody>
        ${repeat(
          people,
          (e) => e.id,
          (e) => this.row(e),
        )}
      </tbody>
    </table>`;
  }

  private heading(key: Column, title: string) {
    const sorted = this.by === key;
    return html`<th scope="col" aria-sort=${sorted ? (this.down ? 'descending' : 'ascending') : nothing}>
      <button type="button" class="sort" @click=${() => this.sort(key)}>
        ${title}<span aria-hidden="true">${sorted ? (this.down ? ' ▼' : ' ▲') : ''}</span>
      </button>
    </th>`;
  }

  private sort(key: Column) {
    this.down = this.by === key && !this.down;
    this.by = key;
  }

  private row(e: Entry) {
    return html`<tr>
      <th scope="row"><a href="#/dossiers/${e.id}">${e.name}</a><br /><span class="meta">${e.reference}</span></th>
      <td>${e.authority}</td>
      <td>
        <span class="only-narrow">Téléphone&nbsp;: </span>${
          e.phone ? html`<a class="nowrap" href="tel:${e.phone}">${e.phoneLabel ?? e.phone}</a>` : '–'
        }${
          e.unreachable ? html`<br /><span class="meta warn">e-mails revenus</span>` : nothing
        }${e.needs ? html`<br /><span class="meta warn">besoin à préparer</span>` : nothing}
      </td>
      <td>${e.statusLabel}</td>
      <td>${e.fundingLabel}</td>
      <td>${e.stepTitle ?? '–'}<br /><span class="meta">depuis le ${dayShort(e.since)}</span></td>
    </tr>`;
  }

  private queue(v: SessionView) {
    if (!v.queue.length && !v.history.length) return nothing;
    const nameOf = new Map(v.people.map((e) => [e.id, e.name]));
    return html`<section>
      <h2>Liste d’attente <span class="meta">${v.queue.length}</span></h2>
      ${
        v.queue.length
          ? html`<ol class="lines">
              ${repeat(
                v.queue,
                ({ file }) => file.id,
                ({ position, file }) => html`<li>${this.waiting(position, file, v)}</li>`,
              )}
            </ol>`
          : html`<p>Personne n’attend.</p>`
      }
      ${
        v.history.length
          ? html`<details>
              <summary>Ce qui s’est passé dans la file</summary>
              <ol class="timeline">
                ${[...v.history].reverse().map(
                  (h) =>
                    html`<li>
                      <span class="meta">${instant(h.at)}</span> ${h.eventLabel} :
                      <a href="#/dossiers/${h.fileId}">${nameOf.get(h.fileId) ?? 'un dossier'}</a>
                      <span class="meta">(ticket ${h.ticket})</span>${
                        h.reason ? html`<br /><span class="meta">${why(h.reason)}</span>` : nothing
                      }
                    </li>`,
                )}
              </ol>
            </details>`
          : nothing
      }
    </section>`;
  }

  private waiting(position: number, file: Entry, v: SessionView) {
    const free = v.taken < v.capacity && v.status === 'open' && Date.parse(v.start) > Date.now();
    return html`<div class="duty">
        <p class="what">
          <strong>${position}.</strong> <a href="#/dossiers/${file.id}">${file.name}</a>, ${file.authority}
        </p>
        <p class="whom">
          ${file.phone ? html`<a class="nowrap" href="tel:${file.phone}">${file.phoneLabel ?? file.phone}</a>` : nothing}
        </p>
        ${
          this.roles.includes('direction') && free
            ? html`<p class="do">
                <button
                  class="button quiet"
                  type="button"
                  aria-expanded=${this.open === file.id}
                  @click=${() => this.toggle(file.id)}
                >
                  Donner une place<span class="hidden"> à ${file.name}</span>
                </button>
              </p>`
            : nothing
        }
      </div>
      ${this.open === file.id ? this.offer(file) : nothing}`;
  }

  private toggle(id: string) {
    this.open = this.open === id ? '' : id;
    this.errors = {};
    if (this.open) void this.updateComplete.then(() => this.querySelector<HTMLElement>('form.act > h2')?.focus());
  }

  private offer(file: Entry) {
    return drawForm({
      id: `${file.id}:offer`,
      title: `Donner une place à ${file.name}, hors de l’ordre`,
      effect:
        'Cette personne passe devant celles qui attendaient avant elle. Le motif reste dans l’historique de la file, où chacun de l’équipe le lit. Elle est prévenue par e-mail.',
      start: { reason: '' },
      fields: (state) => reasonField(state, true),
      button: 'Donner la place',
      errors: this.errors,
      busy: this.busy,
      send: ({ reason }) => void this.give(file, reason ?? ''),
      close: () => {
        draft.drop(`${file.id}:offer`);
        this.open = '';
      },
    });
  }

  private async give(file: Entry, reason: string) {
    this.busy = true;
    const said = `${file.name} a une place, et en est prévenu par e-mail.`;
    try {
      await send<FileView>({
        method: 'POST',
        path: `/sessions/${encodeURIComponent(this.sessionId)}/offers`,
        body: { file: file.id, reason },
        form: `${file.id}:offer`,
        said,
      });
      this.open = '';
      say(this, { tone: 'good', text: said });
    } catch (error) {
      if (error instanceof Problem && error.fields['reason']) {
        this.errors = error.fields;
        await this.updateComplete;
        focusSummary(this);
      } else say(this, { tone: 'alert', text: sentence(error) });
    } finally {
      this.busy = false;
    }
    await this.load(true);
  }
}

customElements.define('ec-team-session', SessionPage);
