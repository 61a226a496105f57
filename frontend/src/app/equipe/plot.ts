/** A plot beside its table. Without what draws it (the network went), the table says all. */
import { html, nothing, Page } from '../page.js';
import type { Plot } from './plots.js';

type Draw = (inside: HTMLElement, plot: Plot) => () => void;
let loading: Promise<Draw | undefined> | undefined;

/** What draws is asked for once, and again after a failure. */
export const drawer = () =>
  (loading ??= import('./plot-draw.js').then(
    ({ draw }) => draw,
    () => (loading = undefined),
  ));

const room = (inside: Element) => `${inside.clientWidth} ${getComputedStyle(inside).fontSize}`;

class PlotFigure extends Page {
  static override properties = { plot: { attribute: false }, pen: { state: true } };
  declare plot: Plot;
  declare pen?: Draw;
  private stop?: () => void;
  private drawnFor = '';
  /** Another width, or letters of another size: its padding follows them. */
  private readonly watch = new ResizeObserver(([entry]) => {
    if (entry && room(entry.target) !== this.drawnFor) this.draw();
  });

  override connectedCallback() {
    super.connectedCallback();
    void drawer().then((pen) => (this.pen = pen));
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.watch.disconnect();
    this.stop?.();
  }

  protected override updated() {
    const inside = this.querySelector<HTMLElement>('.plot');
    if (!inside) return;
    this.draw();
    this.watch.observe(inside, { box: 'border-box' });
  }

  private draw() {
    const inside = this.querySelector<HTMLElement>('.plot');
    if (!inside?.isConnected || !this.pen) return;
    this.drawnFor = room(inside);
    this.stop?.();
    this.stop = this.pen(inside, this.plot);
  }

  protected override render() {
    if (!this.pen) return nothing;
    const { title, legend } = this.plot;
    return html`<figure>
      <div class="plot" role="img" aria-label="${title}. Les nombres sont dans le tableau."></div>
      ${
        legend.length > 1
          ? html`<figcaption class="meta" aria-hidden="true">
              ${legend.map((name, i) => html`<span class="key"><i class="part-${i}"></i>${name}</span>`)}
            </figcaption>`
          : nothing
      }
    </figure>`;
  }
}

customElements.define('ec-plot', PlotFigure);
