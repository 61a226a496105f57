/** Draws a plot with Chartist: horizontal bars from zero, their names above them, both ends of the scale below. Loaded for the figures alone. */
import { BarChart, FixedScaleAxis, Svg } from 'chartist';
import { inLines } from './plot-lines.js';
import type { Plot } from './plots.js';

obeyPolicy();

/** In parts of the letters' size: a line of text, a bar, the air below it, the scale under all. */
const LINE = 1.25;
const BAR = 0.85;
const AIR = 0.7;
const SCALE = 1.6;
/** What the words stand off the scale's line. */
const INDENT = 5;

/** Draws in an element that has its width; the drawing that was there goes. Gives what stops it. */
export function draw(inside: HTMLElement, plot: Plot): () => void {
  const size = parseFloat(getComputedStyle(inside).fontSize);
  const { rows, height } = placed(plot, fitsIn(inside), size);
  const chart = new BarChart(
    inside,
    { labels: rows.map((r) => r.name), series: plot.legend.map((_, part) => rows.map((r) => r.parts[part]!)) },
    {
      horizontalBars: true,
      stackBars: true,
      width: '100%',
      height: `${height + SCALE * size}px`,
      chartPadding: { top: 0, right: 1, bottom: 0, left: 1 },
      axisX: {
        type: FixedScaleAxis,
        low: 0,
        high: plot.high,
        ticks: [0, plot.high],
        showLabel: false,
        offset: SCALE * size,
      },
      axisY: { showLabel: false, showGrid: false, offset: 0 },
    },
  );
  chart.on('draw', (drawn) => {
    if (drawn.type === 'grid') {
      const end = drawn.index > 0;
      write(drawn.group, drawn.x1, drawn.y2 + size * 1.2, end ? plot.end : '0', end ? 'plot-end' : '');
    }
    if (drawn.type !== 'bar') return;
    // Chartist gives each row the same height: a long name asks for more.
    const { lines, bar } = rows[drawn.index]!;
    drawn.element.attr({ y1: bar, y2: bar });
    if (drawn.seriesIndex > 0) return;
    const last = bar - (BAR / 2 + 0.35) * size;
    lines.forEach((line, i) =>
      write(drawn.group, drawn.chartRect.x1 + INDENT, last - (lines.length - 1 - i) * LINE * size, line),
    );
  });
  return () => void chart.detach();
}

/** The lines of each row's name, and where the middle of its bar is. */
function placed(plot: Plot, fits: (line: string) => boolean, size: number) {
  let height = 0;
  const rows = plot.rows.map((row) => {
    const lines = inLines(`${row.name}\u00a0: ${row.said}`, fits);
    const bar = height + (lines.length * LINE + BAR / 2) * size;
    height += (lines.length * LINE + BAR + AIR) * size;
    return { ...row, lines, bar };
  });
  return { rows, height };
}

/** Whether a line, in the letters of an element, is within its width. */
function fitsIn(inside: HTMLElement) {
  const pen = document.createElement('canvas').getContext('2d');
  if (pen) pen.font = getComputedStyle(inside).font;
  return (line: string) => !pen || pen.measureText(line).width <= inside.clientWidth - 2 * INDENT;
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
