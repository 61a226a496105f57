/** The director's figures: where funding stops, how sessions fill, who comes. Each table has its plot beside it. */
import { read } from '../form.js';
import { dayKey, sayDay, sayLongDay, sayMonth, sayPrice } from '../french.js';
import { html, notice, nothing, Page, type TemplateResult } from '../page.js';
import { ask, sentence } from './client.js';
import type { Figures } from './contract.js';
import { drawer } from './plot.js';
import { favourable, fillingPlot, funnelPlot, opinionPlot, presencePlot, type Plot } from './plots.js';
import { land } from './say.js';

const percent = (n: number, of: number) => (of ? `${Math.round((n / of) * 100)}\u00a0%` : '–');
const days = (n: number | null) => (n === null ? '–' : `${String(Math.round(n * 10) / 10).replace('.', ',')}\u00a0j`);

/** A table, and beside it the same numbers as bars. */
const beside = (plot: Plot, table: TemplateResult, extra = '') =>
  html`<div class="beside ${extra}">${table}<ec-plot class="noprint" .plot=${plot}></ec-plot></div>`;

class FiguresPage extends Page {
  static override properties = { figures: { state: true }, trouble: { state: true }, busy: { state: true } };
  declare figures?: Figures;
  declare trouble: string;
  declare busy: boolean;

  constructor() {
    super();
    this.trouble = '';
    this.busy = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.name('Chiffres');
    void drawer(); // while the numbers are asked for
    const year = dayKey(new Date()).slice(0, 4);
    void this.load(`${year}-01-01`, `${year}-12-31`).then(() => land(this));
  }

  private async load(from: string, to: string) {
    this.busy = true;
    try {
      this.figures = await ask<Figures>(`/figures?from=${from}&to=${to}`);
      this.trouble = '';
    } catch (error) {
      this.trouble = sentence(error);
    } finally {
      this.busy = false;
    }
  }

  private readonly choose = (event: Event) => {
    event.preventDefault();
    const { du = '', au = '' } = read(event.currentTarget as HTMLFormElement);
    if (!this.busy) void this.load(du, au);
  };

  protected override render() {
    const f = this.figures;
    return html`<h1>Chiffres</h1>
      ${this.trouble ? notice('alert', this.trouble, 'offline') : nothing}
      ${
        f
          ? html`<form class="tools noprint" @submit=${this.choose} aria-label="Période">
                <div class="field inline">
                  <label for="du">Sessions finies du</label
                  ><input type="date" id="du" name="du" .defaultValue=${f.from} />
                </div>
                <div class="field inline">
                  <label for="au">au</label><input type="date" id="au" name="au" .defaultValue=${f.to} />
                </div>
                <button class="button quiet" aria-disabled=${this.busy ? 'true' : nothing}>Compter</button>
              </form>
              <p class="only-print">Sessions finies du ${sayLongDay(f.from)} au ${sayLongDay(f.to)}.</p>
              ${f.filling.length ? html`${this.funnel(f)} ${this.filling(f)} ${this.presence(f)} ${this.opinions(f.opinions)}` : html`<p>Aucune session ne finit dans cette période.</p>`}
              ${this.billing(f.billing)}`
          : this.trouble
            ? nothing
            : html`<p class="waiting">Un instant…</p>`
      }`;
  }

  private funnel(f: Figures) {
    return html`<section>
      <h2>Où l’on s’arrête</h2>
      <p class="meta">
        Personnes qui ont une place, par financement. « En sont là » compte celles dont c’est la prochaine étape. Qui a
        annulé n’y est plus.
      </p>
      ${[...new Set(f.funnel.map((s) => s.funding))].map((funding) => this.steps(f.funnel.filter((s) => s.funding === funding)))}
    </section>`;
  }

  /** The steps of one way of paying. */
  private steps(steps: Figures['funnel']) {
    const { funding, files } = steps[0]!;
    const worst = Math.max(1, ...steps.map((s) => s.stopped));
    return html`<h3>${funding}, ${files} dossier${files > 1 ? 's' : ''}</h3>
      ${beside(
        funnelPlot(steps),
        html`<table class="dense figures">
          <caption class="hidden">
            Étapes de financement, ${funding}
          </caption>
          <thead>
            <tr>
              <th scope="col">Étape</th>
              <th scope="col">Faite</th>
              <th scope="col">En sont là</th>
              <th scope="col">Délai médian</th>
            </tr>
          </thead>
          <tbody>
            ${steps.map(
              (s) =>
                html`<tr>
                  <th scope="row">${s.step}</th>
                  <td><span class="only-narrow">Faite&nbsp;: </span>${s.done} (${percent(s.done, s.files)})</td>
                  <td>
                    <span class="only-narrow">En sont là&nbsp;: </span
                    >${s.stopped === worst ? html`<strong>${s.stopped}</strong>` : s.stopped || '–'}
                  </td>
                  <td><span class="only-narrow">Délai médian&nbsp;: </span>${days(s.medianDays)}</td>
                </tr>`,
            )}
          </tbody>
        </table>`,
      )}`;
  }

  private filling(f: Figures) {
    return html`<section>
      <h2>Remplissage, par mois</h2>
      ${beside(
        fillingPlot(f.filling),
        html`<table class="dense figures">
          <caption class="hidden">
            Remplissage des sessions par mois
          </caption>
          <thead>
            <tr>
              <th scope="col">Mois</th>
              <th scope="col">Places prises</th>
              <th scope="col">Sessions</th>
              <th scope="col">Sous le minimum</th>
              <th scope="col">Annulées</th>
              <th scope="col">En attente</th>
            </tr>
          </thead>
          <tbody>
            ${f.filling.map(
              (m) =>
                html`<tr>
                  <th scope="row">${sayMonth(`${m.month}-15`)}</th>
                  <td>
                    <span class="only-narrow">Places prises&nbsp;: </span>${m.taken}&nbsp;sur&nbsp;${m.seats}
                    (${percent(m.taken, m.seats)})
                  </td>
                  <td><span class="only-narrow">Sessions&nbsp;: </span>${m.sessions}</td>
                  <td><span class="only-narrow">Sous le minimum&nbsp;: </span>${m.underMinimum || '–'}</td>
                  <td><span class="only-narrow">Annulées&nbsp;: </span>${m.cancelled || '–'}</td>
                  <td><span class="only-narrow">En attente&nbsp;: </span>${m.waiting || '–'}</td>
                </tr>`,
            )}
          </tbody>
        </table>`,
      )}
    </section>`;
  }

  private presence(f: Figures) {
    const seen = f.presence.some((p) => p.came + p.noShows);
    return html`<section>
      <h2>Venus, et absents</h2>
      ${
        seen
          ? beside(
              presencePlot(f.presence),
              html`<table class="dense figures">
                <caption class="hidden">
                  Présence par financement, sessions closes
                </caption>
                <thead>
                  <tr>
                    <th scope="col">Financement</th>
                    <th scope="col">Venus</th>
                    <th scope="col">Absents tout du long</th>
                  </tr>
                </thead>
                <tbody>
                  ${f.presence.map(
                    (p) =>
                      html`<tr>
                        <th scope="row">${p.funding}</th>
                        <td>
                          <span class="only-narrow">Venus&nbsp;: </span>${p.came}
                          (${percent(p.came, p.came + p.noShows)})
                        </td>
                        <td><span class="only-narrow">Absents tout du long&nbsp;: </span>${p.noShows || '–'}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>`,
            )
          : html`<p>Aucune session close dans cette période : les présences ne sont pas encore relevées.</p>`
      }
    </section>`;
  }

  /** What was invoiced and undone: sums of what was issued, whatever sessions it is of. */
  private billing(years: Figures['billing']) {
    return html`<section>
      <h2>Factures et avoirs</h2>
      ${
        years.length
          ? html`<p class="meta">
                Émis dans cette période, toutes taxes comprises, quelle que soit la session. Un avoir compte l’année où
                il est émis.
              </p>
              <table class="dense figures">
                <caption class="hidden">
                  Factures et avoirs par année
                </caption>
                <thead>
                  <tr>
                    <th scope="col">Année</th>
                    <th scope="col">Factures</th>
                    <th scope="col">Montant facturé</th>
                    <th scope="col">Avoirs</th>
                    <th scope="col">Montant des avoirs</th>
                    <th scope="col">Reste après avoirs</th>
                  </tr>
                </thead>
                <tbody>
                  ${years.map(
                    (y) =>
                      html`<tr>
                        <th scope="row">${y.year}</th>
                        <td><span class="only-narrow">Factures&nbsp;: </span>${y.invoices}</td>
                        <td><span class="only-narrow">Montant facturé&nbsp;: </span>${sayPrice(y.invoicedCents)}</td>
                        <td><span class="only-narrow">Avoirs&nbsp;: </span>${y.credits || '–'}</td>
                        <td>
                          <span class="only-narrow">Montant des avoirs&nbsp;: </span
                          >${y.credits ? sayPrice(y.creditedCents) : '–'}
                        </td>
                        <td>
                          <span class="only-narrow">Reste après avoirs&nbsp;: </span
                          ><strong>${sayPrice(y.netCents)}</strong>
                        </td>
                      </tr>`,
                  )}
                </tbody>
              </table>`
          : html`<p>Aucune facture n’a été faite dans cette période.</p>`
      }
    </section>`;
  }

  /** What people thought, all together then by session: the share of favourable answers to each question. */
  private opinions(opinions: Figures['opinions']) {
    const { questions, choices, rows, hidden } = opinions;
    const good = (counts: number[]) => favourable(counts, choices.length);
    const kept = hidden
      ? html`<p class="meta">
          ${hidden} session${hidden > 1 ? 's' : ''} avec moins de trois avis : ils ne sont pas montrés, pour que
          personne ne soit reconnu.
        </p>`
      : nothing;
    return html`<section>
      <h2>Avis des participants</h2>
      ${
        rows.length
          ? beside(
              opinionPlot(opinions),
              html`<table class="dense figures">
                <caption class="hidden">
                  Réponses favorables à chaque question
                </caption>
                <thead>
                  <tr>
                    <th scope="col">Session</th>
                    <th scope="col">Avis</th>
                    ${questions.map((q) => html`<th scope="col">${q}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${rows.map(
                    (r) =>
                      html`<tr>
                        <th scope="row">${r.start ? html`${r.title}, ${sayDay(r.start)}` : 'Toutes ces sessions'}</th>
                        <td><span class="only-narrow">Avis&nbsp;: </span>${r.people}&nbsp;sur&nbsp;${r.came}</td>
                        ${r.counts.map(
                          (counts, i) =>
                            html`<td>
                              <span class="only-narrow">${questions[i]}&nbsp;: </span
                              >${good(counts) === null ? '–' : `${good(counts)}\u00a0%`}
                            </td>`,
                        )}
                      </tr>`,
                  )}
                </tbody>
              </table>`,
              'many',
            )
          : html`<p>Aucun avis à montrer dans cette période.</p>`
      }
      ${kept}
    </section>`;
  }
}

customElements.define('ec-team-figures', FiguresPage);
