/** What the plots of the figures show: bars from zero on one scale, each with its name and its numbers in words. No drawing here. */
import { sayMonth } from '../french.js';
import type { Figures } from './contract.js';

export interface Plot {
  /** What is plotted, for who does not see it; the numbers are in the table beside. */
  title: string;
  /** One name for each part of a bar, in the order of `parts`. */
  legend: string[];
  rows: { name: string; said: string; parts: number[] }[];
  /** The end of the scale, and how it is said. It begins at zero. */
  high: number;
  end: string;
}

const sur = (n: number, of: number) => (of ? `${n}\u00a0sur\u00a0${of}` : '–');
const plural = (n: number, word: string) => `${n}\u00a0${word}${n > 1 ? 's' : ''}`;
const highest = (plot: Pick<Plot, 'rows'>) =>
  Math.max(1, ...plot.rows.map((r) => r.parts.reduce((sum, n) => sum + n, 0)));

/** The steps of one way of paying: who did each, and who stands before it. The scale is all of its files. */
export function funnelPlot(steps: Figures['funnel']): Plot {
  const files = steps[0]!.files;
  return {
    title: `Étapes faites, ${steps[0]!.funding}`,
    legend: ['Faite', 'En sont là'],
    rows: steps.map((s) => ({ name: s.step, said: sur(s.done, s.files), parts: [s.done, s.stopped] })),
    high: Math.max(1, files),
    end: plural(files, 'dossier'),
  };
}

/** Seats by month, those taken and those left. */
export function fillingPlot(months: Figures['filling']): Plot {
  const rows = months.map((m) => ({
    name: sayMonth(`${m.month}-15`),
    said: sur(m.taken, m.seats),
    parts: [m.taken, Math.max(0, m.seats - m.taken)],
  }));
  const high = highest({ rows });
  return { title: 'Places prises, par mois', legend: ['Prises', 'Libres'], rows, high, end: plural(high, 'place') };
}

/** Of those who had a seat, by way of paying: who came and who never did. */
export function presencePlot(presence: Figures['presence']): Plot {
  const rows = presence.map((p) => ({
    name: p.funding,
    said: sur(p.came, p.came + p.noShows),
    parts: [p.came, p.noShows],
  }));
  const high = highest({ rows });
  return {
    title: 'Personnes venues, par financement',
    legend: ['Venus', 'Absents tout du long'],
    rows,
    high,
    end: plural(high, 'personne'),
  };
}

/** Favourable answers to each question, of all the sessions together. */
export function opinionPlot({ questions, choices, rows }: Figures['opinions']): Plot {
  const together = rows.find((r) => !r.start) ?? rows[0]!;
  return {
    title: 'Réponses favorables à chaque question',
    legend: ['Réponses favorables'],
    rows: questions.map((name, i) => {
      const part = favourable(together.counts[i]!, choices.length);
      return { name, said: part === null ? '–' : `${part}\u00a0%`, parts: [part ?? 0] };
    }),
    high: 100,
    end: '100\u00a0%',
  };
}

/** The share of the favourable half of the choices, in percent; null when nobody answered. */
export function favourable(counts: number[], choices: number): number | null {
  const sum = (some: number[]) => some.reduce((a, b) => a + b, 0);
  const all = sum(counts);
  return all ? Math.round((sum(counts.slice(choices / 2)) / all) * 100) : null;
}
