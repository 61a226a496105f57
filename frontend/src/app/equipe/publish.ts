/** The form of a session: a new one, one that changes, or another like it. What it would do is said before anything is written. */
import type { Values } from '../form.js';
import { textField } from '../form.js';
import { sayCost, sayHalfDays, sayInstant } from '../french.js';
import { html, nothing } from '../page.js';
import { ask, sentence } from './client.js';
import type { Outcome, SessionForm, SessionText } from './contract.js';
import { dayField, hourField, listField, longField, reasonField, tickField } from './fields.js';
import { draft } from './kept.js';
import { Reviewed } from './review.js';
import { land } from './say.js';
import { count } from './words.js';

const NEW = 'nouvelle';

/** « -2 18:00 », two days before the first half-day, in its two fields. */
const closing = (text: string): [days: string, hour: string] => {
  const found = /^-(\d+) (.+)$/.exec(text);
  return found ? [found[1]!, found[2]!] : ['', ''];
};

/** What the fields begin with. */
export function valuesOf({ session: s }: SessionForm): Values {
  const [closesAt, closesHour] = closing(s.closesAt);
  const values: Values = {
    formation: s.formation,
    remote: s.remote ? 'oui' : '',
    place: s.place,
    address: s.address,
    mapUrl: s.mapUrl,
    videoUrl: s.videoUrl,
    access: s.access,
    closesAt,
    closesHour,
    capacity: s.capacity ? String(s.capacity) : '',
    minimum: s.minimum ? String(s.minimum) : '',
    noDife: s.difeEligible === false ? 'oui' : '',
    reason: '',
  };
  s.halfDays.forEach((h, i) => {
    for (const part of ['date', 'start', 'end'] as const) values[`halfDays.${i + 1}.${part}`] = h[part];
  });
  return values;
}

const whole = (text = '') => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : 0);

/** What is sent. A field of the other kind of session, which is not shown, is not sent. */
export function sessionOf(values: Values, id: string, rows: number): SessionText {
  const text = (name: string) => (values[name] ?? '').trim();
  const remote = text('remote') === 'oui';
  return {
    id,
    formation: text('formation'),
    remote,
    place: text('place'),
    address: remote ? '' : text('address'),
    mapUrl: remote ? '' : text('mapUrl'),
    videoUrl: remote ? text('videoUrl') : '',
    access: text('access'),
    halfDays: Array.from({ length: rows }, (_, i) => ({
      date: text(`halfDays.${i + 1}.date`),
      start: text(`halfDays.${i + 1}.start`),
      end: text(`halfDays.${i + 1}.end`),
    })),
    closesAt: text('closesAt') ? `-${text('closesAt')} ${text('closesHour')}` : '',
    capacity: whole(values['capacity']),
    minimum: whole(values['minimum']),
    ...(text('noDife') === 'oui' ? { difeEligible: false } : {}),
  };
}

class Publish extends Reviewed {
  static override properties = {
    sessionId: { attribute: false },
    copy: { attribute: false },
    form: { state: true },
    rows: { state: true },
    trouble: { state: true },
  };
  /** The session that changes, or that another is like; `nouvelle` for an empty one. */
  declare sessionId: string;
  declare copy: boolean;
  declare form?: SessionForm;
  declare rows: number;
  declare trouble: string;

  constructor() {
    super();
    this.rows = 2;
    this.trouble = '';
  }

  protected get key() {
    return `${this.sessionId}:${this.copy ? 'copier' : 'modifier'}`;
  }

  protected get fresh() {
    return this.copy || this.sessionId === NEW;
  }

  protected override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('sessionId') && !changed.has('copy')) return;
    this.form = undefined;
    this.ready = undefined;
    this.errors = {};
    void this.load().then(() => land(this));
  }

  private async load() {
    try {
      const path = `/sessions/${encodeURIComponent(this.sessionId)}/form${this.copy ? '?copy=1' : ''}`;
      const form = await ask<SessionForm>(path);
      const typed = Object.keys(draft.get(this.key) ?? {}).filter((name) => name.endsWith('.date')).length;
      this.rows = typed || form.session.halfDays.length;
      this.form = form;
      this.trouble = '';
    } catch (error) {
      this.trouble = sentence(error);
    }
  }

  private get heading() {
    if (this.copy) return 'Dupliquer la session';
    return this.fresh ? 'Nouvelle session' : 'Modifier la session';
  }

  protected override render() {
    this.name(this.heading, !!Object.keys(this.errors).length);
    const back = this.sessionId === NEW ? '#/sessions' : `#/sessions/${encodeURIComponent(this.sessionId)}`;
    return html`<p class="back"><a href=${back}>${this.sessionId === NEW ? 'Toutes les sessions' : 'La session'}</a></p>
      <h1>${this.heading}</h1>
      ${
        this.form
          ? this.ready
            ? this.check(this.ready, this.ready.public && this.asPublic(this.ready.public))
            : this.write(this.form)
          : html`<p class=${this.trouble ? '' : 'waiting'}>${this.trouble || 'Un instant…'}</p>`
      }`;
  }

  private write(form: SessionForm) {
    const people = form.taken + form.waiting;
    let effect = 'Rien n’est écrit avant que vous ayez relu ce que cela change.';
    if (this.copy)
      effect = `Tout est repris, sauf les dates. Les délais (clôture, DIFE, rappels) se comptent à partir des nouvelles. ${effect}`;
    else if (people)
      effect = `${count(form.taken, 'place prise', 'places prises')}, ${count(form.waiting, 'personne en attente', 'personnes en attente')}. Changer les dates ou le lieu prévient tout le monde. ${effect}`;
    return this.typing(
      {
        title: this.fresh
          ? 'La session à publier'
          : (form.formations.find((f) => f.slug === form.session.formation)?.title ?? ''),
        effect,
        start: valuesOf(form),
        fields: (state) => this.fields(form, state),
      },
      () => {
        location.hash = this.sessionId === NEW ? '#/sessions' : `#/sessions/${encodeURIComponent(this.sessionId)}`;
      },
    );
  }

  private fields(form: SessionForm, state: { values: Values; errors: Record<string, string> }) {
    const remote = state.values['remote'] === 'oui';
    const chosen = form.formations.find((f) => f.slug === state.values['formation']);
    const formations: [string, string][] = [
      ['', 'Choisissez'],
      ...form.formations.map((f): [string, string] => [f.slug, f.title]),
    ];
    return html`${listField(
        {
          id: 'formation',
          label: 'Formation',
          required: true,
          hint: chosen
            ? `${String(chosen.hours).replace('.', ',')} heures en tout, ${chosen.maxParticipants} participants au plus`
            : undefined,
        },
        formations,
        state,
      )}
      <fieldset class="part">
        <legend>Demi-journées</legend>
        ${state.errors['halfDays'] ? html`<p class="error" id="halfDays" tabindex="-1">${state.errors['halfDays']}</p>` : nothing}
        ${Array.from({ length: this.rows }, (_, i) => this.halfDay(i + 1, state))}
        <div class="actions">
          <button class="button quiet" type="button" @click=${() => (this.rows += 1)}>Ajouter une demi-journée</button>
          ${
            this.rows > 1
              ? html`<button class="button quiet" type="button" @click=${() => (this.rows -= 1)}>
                  Retirer la dernière
                </button>`
              : nothing
          }
        </div>
      </fieldset>
      <fieldset class="part">
        <legend>Lieu</legend>
        ${tickField({ id: 'remote', label: 'À distance, par visioconférence' }, state, () => this.requestUpdate())}
        ${
          remote
            ? textField(
                {
                  id: 'videoUrl',
                  label: 'Lien de la visioconférence',
                  hint: 'Il n’est donné qu’aux inscrits.',
                  limit: 2000,
                  optional: true,
                },
                state,
              )
            : html`${textField({ id: 'place', label: 'Lieu', hint: 'Comme « Maison des communes, Nantes »', required: true }, state)}
              ${textField({ id: 'address', label: 'Adresse postale', required: true }, state)}
              ${textField({ id: 'mapUrl', label: 'Lien d’un plan', limit: 2000, optional: true }, state)}`
        }
        ${longField({ id: 'access', label: 'Accès (facultatif)', hint: 'Transports, stationnement, accessibilité', limit: 2000, rows: 3 }, state)}
      </fieldset>
      <fieldset class="part">
        <legend>Places</legend>
        <div class="pair">
          ${textField({ id: 'capacity', label: 'Places', inputmode: 'numeric', limit: 4, required: true }, state)}
          ${textField({ id: 'minimum', label: 'Minimum pour ouvrir', inputmode: 'numeric', limit: 4, optional: true }, state)}
        </div>
        ${
          chosen?.difeEligible || state.values['noDife'] === 'oui'
            ? tickField({ id: 'noDife', label: 'Fermer cette session au DIFE (grand groupe)' }, state)
            : nothing
        }
        <div class="pair">
          ${textField(
            {
              id: 'closesAt',
              label: 'Inscriptions closes, jours avant',
              hint: 'Vide : au début de la session',
              inputmode: 'numeric',
              limit: 3,
              optional: true,
            },
            state,
          )}
          ${hourField({ id: 'closesHour', label: 'À quelle heure', hint: 'Heure de Paris' }, state)}
        </div>
      </fieldset>
      ${this.fresh ? nothing : reasonField(state, false, 'Gardé dans le journal, pas dit aux inscrits.')}`;
  }

  private halfDay(n: number, state: { values: Values; errors: Record<string, string> }) {
    const id = `halfDays.${n}`;
    return html`<div class="sitting" role="group" aria-label="Demi-journée ${n}">
      ${dayField({ id: `${id}.date`, label: `Jour ${n}`, required: true }, state)}
      ${hourField({ id: `${id}.start`, label: 'De', required: true }, state)}
      ${hourField({ id: `${id}.end`, label: 'À', required: true }, state)}
    </div>`;
  }

  private asPublic(p: NonNullable<Outcome['public']>) {
    return html`<h3>Ce que le public voit</h3>
      <div class="panel public">
        <p><strong>${p.title}</strong></p>
        <p>
          ${sayHalfDays(p.halfDays).map((line) => html`${line}<br />`)}
          ${p.remote ? p.place : `${p.place}, ${p.address}`}
        </p>
        <p>${sayCost(p)} · ${count(p.capacity, 'place')} · inscriptions jusqu’au ${sayInstant(p.closesAt)}</p>
        <ul>
          ${p.funding.map((f) => html`<li>${f.title}&nbsp;: ${f.open ? 'possible' : f.reason || 'impossible'}</li>`)}
        </ul>
      </div>`;
  }

  protected act(preview: boolean) {
    const id = this.fresh ? (this.ready?.id ?? '') : this.sessionId;
    return {
      path: this.fresh ? '/sessions' : `/sessions/${encodeURIComponent(this.sessionId)}`,
      body: { session: sessionOf(this.values, id, this.rows), reason: this.values['reason'] ?? '', preview },
      etag: this.fresh ? undefined : this.form!.etag,
    };
  }

  protected get action() {
    return this.fresh ? 'Publier la session' : 'Enregistrer';
  }

  protected afterwards(id: string): [string, string] {
    const said = this.fresh ? 'La session est publiée : le public la voit.' : 'La session est enregistrée.';
    return [`#/sessions/${encodeURIComponent(id)}`, said];
  }
}

customElements.define('ec-team-publish', Publish);
