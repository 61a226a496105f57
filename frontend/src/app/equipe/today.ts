/** What the organisation must do, what is lost first on top; the act that settles a line stands on it. */
import { repeat } from 'lit/directives/repeat.js';
import { Problem } from '../api.js';
import type { Values } from '../form.js';
import { dayKey, sayLongDay } from '../french.js';
import { icon } from '../icons.js';
import { html, notice, nothing, Page } from '../page.js';
import { Poll } from '../sessions/live.js';
import { ask, send, sentence, type Act } from './client.js';
import type { Duties, Duty, FileView, Role } from './contract.js';
import { dayField, drawForm, focusSummary, reasonField, wrong } from './fields.js';
import { draft } from './kept.js';
import { land, say } from './say.js';
import { count, dayBrief, dueWords } from './words.js';

/** What a kind of duty is called in the list of kinds. */
const KINDS: Record<string, string> = {
  'dife-answer': 'Répondre aux demandes DIFE',
  'dife-confirm-call': 'DIFE à confirmer par l’élu',
  arrival: 'Inscriptions faites dans la salle, à compléter',
  'dife-entry': 'Entrées à déclarer',
  'dife-exit': 'Sorties et service fait à déclarer',
  invoice: 'Factures à faire',
  attendance: 'Présences à relever',
  'convention-call': 'Conventions à relancer',
  'convention-last-call': 'Conventions à relancer, dernier rappel',
  'proof-call': 'Adresses à confirmer',
  countersign: 'Conventions à contresigner',
  'contact-call': 'Contacts à appeler',
  'contract-call': 'Contrats à relancer',
  'unreachable-call': 'Adresses qui ne répondent pas',
  'identity-call': 'Demandes DIFE à faire déposer',
  'session-minimum': 'Sessions sous leur minimum',
};

/** Less than half a minute, so that a list is never older. */
export const FRESH = 25_000;

/** The request by which a duty is settled; nothing when it is settled elsewhere. */
export function settling(duty: Duty): Act | undefined {
  if (duty.act === 'keep') return onSession(duty, { done: true }, 'C’est noté : la session se tient.');
  if (!duty.file || duty.act === 'open') return undefined;
  const file = `/files/${encodeURIComponent(duty.file.id)}`;
  const rest = { etag: duty.file.etag, said: `C’est noté pour ${duty.file.name} : ${duty.actLabel.toLowerCase()}.` };
  if (duty.act.startsWith('step:'))
    return { method: 'PUT', path: `${file}/steps/${encodeURIComponent(duty.act.slice(5))}`, body: {}, ...rest };
  if (duty.act === 'done')
    return { method: 'POST', path: `${file}/duty`, body: { kind: duty.kind, done: true }, ...rest };
  return { method: 'POST', path: `${file}/${encodeURIComponent(duty.act)}`, body: {}, ...rest };
}

/** What is said of a duty that is about a session, not about a person. */
const onSession = (duty: Duty, mark: object, said: string): Act => ({
  method: 'POST',
  path: `/sessions/${encodeURIComponent(duty.session.id)}/duty`,
  body: { kind: duty.kind, ...mark },
  said,
});

/** What takes it back, where something does: a step is unticked. */
export function undoing(duty: Duty, after: FileView): Act | undefined {
  if (!duty.act.startsWith('step:') || !duty.file) return undefined;
  const path = `/files/${encodeURIComponent(duty.file.id)}/steps/${encodeURIComponent(duty.act.slice(5))}`;
  return { method: 'DELETE', path, body: {}, etag: after.etag, said: `C’est annulé pour ${duty.file.name}.` };
}

/** The request by which a duty is put off. */
function later(duty: Duty, { until, reason }: Values): Act {
  if (!duty.file) return onSession(duty, { until, reason }, `Reporté : ${duty.session.title}.`);
  return {
    method: 'POST',
    path: `/files/${encodeURIComponent(duty.file.id)}/duty`,
    body: { kind: duty.kind, until, reason },
    etag: duty.file.etag,
    said: `Reporté : ${duty.file.name}.`,
  };
}

let last: Duties | undefined; // what was shown, so that coming back shows it at once

class Today extends Page {
  static override properties = {
    roles: { attribute: false },
    list: { state: true },
    kind: { state: true },
    open: { state: true },
    errors: { state: true },
    busy: { state: true },
    trouble: { state: true },
  };
  declare roles: Role[];
  declare list?: Duties;
  declare kind: string;
  declare open: string;
  declare errors: Record<string, string>;
  declare busy: string;
  declare trouble: string;
  private readonly poll = new Poll(() => this.load(true), FRESH);

  constructor() {
    super();
    this.list = last;
    this.kind = '';
    this.open = '';
    this.errors = {};
    this.busy = '';
    this.trouble = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    this.poll.start();
    void this.load();
    void land(this);
  }

  protected override updated(changed: Map<string, unknown>) {
    super.updated(changed);
    this.name('Aujourd’hui', wrong(this));
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.poll.stop();
  }

  private async load(quiet = false) {
    try {
      const fresh = await ask<Duties>('/duties', quiet);
      this.list = last = fresh;
      this.trouble = '';
      this.open ||= fresh.duties.find((d) => draft.get(`${d.id}:report`))?.id ?? '';
    } catch (error) {
      this.trouble = sentence(error);
    }
  }

  private readonly more = async () => {
    try {
      const page = await ask<Duties>(`/duties?cursor=${encodeURIComponent(this.list!.next!)}`);
      this.list = { ...page, duties: [...this.list!.duties, ...page.duties] };
    } catch (error) {
      this.trouble = sentence(error);
    }
  };

  protected override render() {
    return html`<div class="head">
        <h1>Aujourd’hui</h1>
        <p class="meta">${sayLongDay(new Date().toISOString())}</p>
      </div>
      ${this.trouble ? notice('alert', `La liste n’a pas pu être mise à jour. ${this.trouble}`, 'offline') : nothing}
      ${this.list ? this.body(this.list) : this.trouble ? nothing : html`<p class="waiting">Un instant…</p>`}`;
  }

  private body(list: Duties) {
    if (!list.duties.length)
      return html`<div class="done">
        ${icon('done')}
        <h2>Rien ne presse</h2>
        <p>Tout ce qui devait être fait l’est. Ce qui vient s’affichera ici, de lui-même.</p>
        <p><a href="#/sessions">Regarder les sessions à venir</a></p>
      </div>`;
    const shown = list.duties.filter((d) => !this.kind || d.kind === this.kind);
    const late = shown.filter((d) => d.late);
    const soon = shown.filter((d) => !d.late);
    return html`<div class="tools">
        <p>
          ${count(shown.length, 'chose')} à
          faire${list.next ? ' au moins' : ''}${
            late.length ? html`, dont <strong>${late.length} en retard</strong>` : nothing
          }.
        </p>
        ${this.kinds(list)}
      </div>
      ${this.group('En retard', late)} ${this.byDay(soon)}
      ${
        list.next
          ? html`<p><button class="button quiet" type="button" @click=${this.more}>Voir la suite</button></p>`
          : nothing
      }`;
  }

  private kinds(list: Duties) {
    const kinds = [...new Set(list.duties.map((d) => d.kind))];
    if (kinds.length < 2) return nothing;
    const n = (kind: string) => list.duties.filter((d) => d.kind === kind).length;
    return html`<div class="field inline">
      <label for="genre">Montrer</label>
      <select id="genre" @change=${(e: Event) => (this.kind = (e.currentTarget as HTMLSelectElement).value)}>
        <option value="">Tout (${list.duties.length})</option>
        ${kinds.map((k) => html`<option value=${k} ?selected=${k === this.kind}>${KINDS[k] ?? k} (${n(k)})</option>`)}
      </select>
    </div>`;
  }

  private byDay(duties: Duty[]) {
    const days = [...new Set(duties.map((d) => dayKey(d.due)))];
    return days.map((day) => {
      const those = duties.filter((d) => dayKey(d.due) === day);
      const words = dueWords(those[0]!.due);
      return this.group(
        `Avant la fin ${words === 'aujourd’hui' ? 'd’aujourd’hui' : words === 'demain' ? 'de demain' : `du ${words}`}`,
        those,
      );
    });
  }

  private group(title: string, duties: Duty[]) {
    if (!duties.length) return nothing;
    return html`<section class="group ${duties[0]!.late ? 'late' : ''}">
      <h2>${title} <span class="meta">${duties.length}</span></h2>
      <ul class="lines">
        ${repeat(
          duties,
          (d) => d.id,
          (d) => html`<li>${this.line(d)}</li>`,
        )}
      </ul>
    </section>`;
  }

  private line(d: Duty) {
    const f = d.file;
    return html`<div class="duty">
        <div class="what">
          <p class="text">
            ${d.late ? html`<span class="tag late">${icon('alert')} En retard</span> ` : nothing}${d.text}
          </p>
          <p class="meta">
            ${d.late ? html`À faire avant le ${d.dueLabel}. ` : nothing}
            <a href="#/sessions/${encodeURIComponent(d.session.id)}">${d.session.title}</a>,
            ${dayBrief(d.session.start)}
          </p>
        </div>
        ${
          f
            ? html`<p class="whom">
                <a href="#/dossiers/${f.id}">${f.name}</a>
                ${
                  f.phone
                    ? html`<a class="tel" href="tel:${f.phone}"
                        >${icon('phone')}<span>${f.phoneLabel ?? f.phone}</span></a
                      >`
                    : html`<span class="meta">pas de téléphone</span>`
                }
              </p>`
            : nothing
        }
        ${this.may() ? this.buttons(d) : nothing}
      </div>
      ${this.open === d.id ? this.report(d) : nothing}`;
  }

  private buttons(d: Duty) {
    const about = html`<span class="hidden"> : ${d.file?.name ?? d.session.title}</span>`;
    return html`<p class="do">
      ${
        settling(d)
          ? html`<button
              class="button"
              type="button"
              aria-disabled=${this.busy === d.id ? 'true' : nothing}
              @click=${() => this.settle(d)}
            >
              ${d.actLabel}${about}
            </button>`
          : html`<a class="button" href=${d.file ? `#/dossiers/${d.file.id}` : `#/sessions/${d.session.id}`}
              >Ouvrir${about}</a
            >`
      }
      ${
        d.postponable
          ? html`<button
              class="button quiet"
              type="button"
              aria-expanded=${this.open === d.id}
              @click=${() => this.toggle(d)}
            >
              Reporter${about}
            </button>`
          : nothing
      }
    </p>`;
  }

  private may() {
    return this.roles.includes('gestion');
  }

  private toggle(d: Duty) {
    this.open = this.open === d.id ? '' : d.id;
    this.errors = {};
    if (this.open) void this.updateComplete.then(() => this.querySelector<HTMLElement>('form.act > h2')?.focus());
  }

  private report(d: Duty) {
    const tomorrow = new Date(Date.now() + 86_400_000);
    return drawForm({
      id: `${d.id}:report`,
      title: `Reporter : ${d.file?.name ?? d.session.title}`,
      effect: d.late
        ? `Cette tâche est déjà en retard : la reporter ne change pas la date limite${d.file ? ', qui est celle du financeur' : ''}.`
        : `La tâche revient ici le jour choisi. La date limite, elle, ne change pas : ${d.dueLabel}.`,
      start: { until: dayKey(tomorrow), reason: '' },
      fields: (state) =>
        html`${dayField({ id: 'until', label: 'Y revenir le', required: true, min: dayKey(tomorrow) }, state)}
        ${reasonField(state, true, 'Gardé dans l’historique du dossier.')}`,
      button: 'Reporter',
      errors: this.errors,
      busy: this.busy === d.id,
      send: (values) => void this.carry(d, { ...later(d, values), form: `${d.id}:report` }),
      close: () => {
        draft.drop(`${d.id}:report`);
        this.open = '';
      },
    });
  }

  private readonly settle = (d: Duty) => {
    const act = settling(d);
    if (act && this.busy !== d.id) void this.carry(d, act);
  };

  /** Does an act on a line; the line goes when the list is read again. */
  private async carry(d: Duty, act: Act) {
    this.busy = d.id;
    try {
      const after = await send<FileView>(act);
      const undo = undoing(d, after);
      this.open = '';
      say(this, { tone: 'good', text: act.said, undo: undo && (() => this.back(undo)) });
      this.drop(d);
    } catch (error) {
      await this.failed(d, error);
    } finally {
      this.busy = '';
    }
    await this.load(true);
  }

  private drop(d: Duty) {
    if (this.list) this.list = { ...this.list, duties: this.list.duties.filter((x) => x.id !== d.id) };
  }

  private async back(undo: Act) {
    try {
      await send(undo);
      say(this, { tone: 'good', text: undo.said });
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    }
    await this.load(true);
  }

  private async failed(d: Duty, error: unknown) {
    if (error instanceof Problem && error.kind === 'changed')
      return say(this, {
        tone: 'warm',
        text: `Quelqu’un a changé le dossier de ${d.file?.name ?? ''} entre-temps : rien n’a été écrit. La liste est à jour ; regardez le dossier, puis recommencez s’il le faut.`,
        more: html`<p><a href="#/dossiers/${d.file?.id}">Ouvrir le dossier de ${d.file?.name}</a></p>`,
      });
    if (error instanceof Problem && Object.keys(error.fields).length && this.open === d.id) {
      this.errors = error.fields;
      await this.updateComplete;
      return focusSummary(this);
    }
    return say(this, { tone: 'alert', text: sentence(error) });
  }
}

customElements.define('ec-today', Today);
