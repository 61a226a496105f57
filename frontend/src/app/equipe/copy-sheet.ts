/** What to type on Mon Compte Formation for a session, field by field: nothing can be imported there for élus' organisations. */
import { sayHalfDays, sayHours, sayPrice } from '../french.js';
import { html, nothing, Page } from '../page.js';
import { ask, sentence } from './client.js';
import type {
  FormationForm,
  FormationText,
  OrganisationForm,
  OrganisationText,
  Outcome,
  SessionForm,
  SessionText,
} from './contract.js';
import { land, say } from './say.js';
import { count } from './words.js';

type Row = [label: string, value: string];

/** When a request is answered, by the days that the organisation takes. */
const ANSWERS = [
  'L’organisme répond le jour même.',
  'L’organisme répond en un jour ouvré.',
  'L’organisme répond en deux jours ouvrés.',
];

/**
 * The parts of the sheet, in the order in which they are made there: the formation, its action, its session. What goes into which, and
 * the names of its public help (of.moncompteformation.gouv.fr, « Comment rédiger mes offres de formation sur EDOF ? », read on 28
 * November 2026): nobody of us has seen the forms themselves. The contact of a session is told of each request for it, and the organisation
 * has two working days to answer: hence the address where its mails are read.
 */
export function rowsOf(
  f: FormationText,
  s: SessionText,
  p: NonNullable<Outcome['public']>,
  o: OrganisationText,
): [title: string, rows: Row[]][] {
  const days = s.halfDays;
  return [
    [
      'Formation',
      [
        ['Type d’action', 'Formation liée à l’exercice d’un mandat d’élu local'],
        ['Intitulé', f.title],
        ['Thème du répertoire', f.theme],
        ['Objectifs', f.objective],
        ['Contenu pédagogique', (f.programme ?? []).join('\n')],
        ['Résultats attendus', f.outcome],
      ],
    ],
    [
      'Action',
      [
        ['Prérequis', f.prerequisites],
        ['Modalités d’admission', 'Sans sélection, dans la limite des places disponibles'],
        ['Public visé', f.audience],
        ['Moyens pédagogiques', f.methods],
        ['Évaluation', f.evaluation],
        ['Accessibilité', f.accessibility],
        ['Délai d’accès', f.accessTime],
        ['Durée', sayHours(f.hours)],
        ['Rythme', `${count(days.length, 'demi-journée')} sur ${count(new Set(days.map((d) => d.date)).size, 'jour')}`],
        ['Prix toutes taxes comprises', p.taxedCents === undefined ? '' : sayPrice(p.taxedCents)],
        ['Modalité d’enseignement', s.remote ? 'À distance' : 'En présence'],
        ['Lieu', s.remote ? p.place : `${s.place}, ${s.address}`],
      ],
    ],
    [
      'Session',
      [
        ['Numéro chez nous', s.id],
        ['Date de début', days[0]?.date.split('-').reverse().join('/') ?? ''],
        ['Date de fin', days[days.length - 1]?.date.split('-').reverse().join('/') ?? ''],
        ['Horaires', sayHalfDays(p.halfDays).join('\n')],
        ['Places', String(s.capacity)],
        ['Modalités d’inscription', `Sur Mon Compte Formation. ${ANSWERS[o.difeAnswerDays ?? 2]}`],
        ['Contact d’inscription', o.name],
        ['Courriel du contact', o.email],
        ['Téléphone du contact', o.phone],
      ],
    ],
  ];
}

class CopySheet extends Page {
  static override properties = { sessionId: { attribute: false }, parts: { state: true }, trouble: { state: true } };
  declare sessionId: string;
  declare parts?: [string, Row[]][];
  declare trouble: string;

  constructor() {
    super();
    this.trouble = '';
  }

  protected override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('sessionId')) return;
    this.parts = undefined;
    void this.load().then(() => land(this));
  }

  private async load() {
    try {
      const s = await ask<SessionForm>(`/sessions/${encodeURIComponent(this.sessionId)}/form`);
      const [{ formation }, { organisation }] = await Promise.all([
        ask<FormationForm>(`/formations/${encodeURIComponent(s.session.formation)}/form`),
        ask<OrganisationForm>('/organisation'),
      ]);
      this.parts = rowsOf(formation, s.session, s.public!, organisation);
    } catch (error) {
      this.trouble = sentence(error);
    }
  }

  protected override render() {
    this.name('Fiche pour Mon Compte Formation');
    return html`<p class="back noprint"><a href="#/sessions/${encodeURIComponent(this.sessionId)}">La session</a></p>
      <h1>Fiche pour Mon Compte Formation</h1>
      <p>À recopier champ par champ dans votre espace d’organisme : rien ne s’y importe pour la formation des élus.</p>
      ${
        this.parts?.map(
          ([title, rows]) =>
            html`<section>
              <h2>${title}</h2>
              <table class="dense">
                <caption class="hidden">
                  ${title}
                </caption>
                <thead class="hidden">
                  <tr>
                    <th scope="col">Champ</th>
                    <th scope="col">À recopier</th>
                    <th scope="col">Copier</th>
                  </tr>
                </thead>
                <tbody>
                  ${rows.map((row) => this.row(row))}
                </tbody>
              </table>
            </section>`,
        ) ?? html`<p class=${this.trouble ? '' : 'waiting'}>${this.trouble || 'Un instant…'}</p>`
      }`;
  }

  private row([label, value]: Row) {
    return html`<tr>
      <th scope="row">${label}</th>
      <td>
        ${
          value
            ? value.split('\n').map((line, i) => html`${i ? html`<br />` : nothing}${line}`)
            : html`<span class="meta warn">manque</span>`
        }
      </td>
      <td class="noprint nowrap-wide">
        ${
          value
            ? html`<button class="button quiet" type="button" @click=${() => this.copy(label, value)}>
                Copier<span class="hidden"> ${label}</span>
              </button>`
            : nothing
        }
      </td>
    </tr>`;
  }

  private async copy(label: string, value: string) {
    try {
      await navigator.clipboard.writeText(value);
      say(this, { tone: 'good', text: `${label}\u00a0: copié.` });
    } catch {
      say(this, { tone: 'warm', text: 'Ce navigateur ne laisse pas copier : sélectionnez le texte à la main.' });
    }
  }
}

customElements.define('ec-team-copy-sheet', CopySheet);
