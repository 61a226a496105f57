/** Draws a plot with Chartist: horizontal bars from zero, their names above them, both ends of the scale below. Loaded for the figures alone. */
import { BarChart, FixedScaleAxis, Svg } from 'chartist';
import { inLines, type Plot } from './plots.js';

obeyPolicy();

/** In parts of the letters' size: a line of text, a bar, the air between two rows, the mean width of a letter. */
const LINE = 1.25;
const BAR = 0.85;
const AIR = 0.6;
const LETTER = 0.54;

/** Draws in an element that has its width; the drawing that was there goes. Gives what stops it. */
export function draw(inside: HTMLElement, plot: Plot): () => void {
  const size = parseFloat(getComputedStyle(inside).fontSize);
  const letters = Math.max(8, Math.floor(inside.clientWidth / (size * LETTER)));
  // Chartist puts the first row at the bottom.
  const rows = plot.rows.map((r) => ({ ...r, lines: inLines(`${r.name}\u00a0: ${r.said}`, letters) })).reverse();
  const text = Math.max(...rows.map((r) => r.lines.length)) * LINE * size;
  const row = text + (BAR + AIR) * size;
  const scale = 1.6 * size;
  const chart = new BarChart(
    inside,
    { labels: rows.map((r) => r.name), series: plot.legend.map((_, part) => rows.map((r) => r.parts[part]!)) },
    {
      horizontalBars: true,
      stackBars: true,
      width: '100%',
      height: `${rows.length * row + scale}px`,
      chartPadding: { top: 0, right: 1, bottom: 0, left: 1 },
      axisX: { type: FixedScaleAxis, low: 0, high: plot.high, ticks: [0, plot.high], showLabel: false, offset: scale },
      axisY: { showLabel: false, showGrid: false, offset: 0 },
    },
  );
  chart.on('draw', (drawn) => {
    if (drawn.type === 'grid') {
      const end = drawn.index > 0;
      write(drawn.group, drawn.x1, drawn.y2 + size * 1.2, end ? plot.end : '0', end ? 'plot-end' : '');
    }
    if (drawn.type !== 'bar') return;
    const top = drawn.y1 - row / 2;
    const y = top + text + (BAR * size) / 2;
    drawn.element.attr({ y1: y, y2: y });
    if (drawn.seriesIndex > 0) return;
    const { lines } = rows[drawn.index]!;
    const above = text - (lines.length - 0.9) * LINE * size; // the last line stands just above its bar
    lines.forEach((line, i) => write(drawn.group, drawn.chartRect.x1, top + above + (i - 0.2) * LINE * size, line));
  });
  return () => void chart.detach();
}

function write(group: Svg, x: number, y: number, said: string, name = '') {
  group.elem('text', { x, y }, name || undefined).text(said);
}

/**
 * The site's policy refuses `style` attributes, and Chartist sets one on each drawing: the same rules through the object
 * model are allowed.
 */
function obeyPolicy() {
  const proto = Svg.prototype as { attr(this: Svg, attributes: unknown, ns?: string): unknown };
  const { attr } = proto;
  proto.attr = function (attributes, ns) {
    if (typeof attributes !== 'object' || !attributes || !('style' in attributes))
      return attr.call(this, attributes, ns);
    const { style, ...others } = attributes;
    this.getNode<SVGElement>().style.cssText = String(style);
    return attr.call(this, others, ns);
  };
}
