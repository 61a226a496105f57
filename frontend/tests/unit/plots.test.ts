import { describe, expect, it } from 'vitest';
import type { Figures } from '../../src/app/equipe/contract.js';
import { inLines } from '../../src/app/equipe/plot-lines.js';
import {
  favourable,
  fillingPlot,
  funnelPlot,
  opinionPlot,
  presencePlot,
  type Plot,
} from '../../src/app/equipe/plots.js';

const plain = (text: string) => text.replace(/\s/g, ' ');
const said = (plot: Plot) => plot.rows.map((r) => `${r.name}: ${plain(r.said)}`);
const parts = (plot: Plot) => plot.rows.map((r) => r.parts);
const step = (step: string, done: number, stopped: number) => ({
  funding: 'Avec mon DIFE',
  step,
  files: 9,
  done,
  stopped,
  medianDays: null,
});
const month = (month: string, taken: number, seats: number) => ({
  month,
  taken,
  seats,
  sessions: 1,
  cancelled: 0,
  waiting: 0,
  underMinimum: 0,
});

describe('a plot', () => {
  it('of the steps goes to all the files of its way of paying', () => {
    const plot = funnelPlot([step('Compte', 6, 3), step('Dossier', 1, 5)]);
    expect([said(plot), parts(plot)]).toEqual([
      ['Compte: 6 sur 9', 'Dossier: 1 sur 9'],
      [
        [6, 3],
        [1, 5],
      ],
    ]);
    expect([plot.high, plain(plot.end)]).toEqual([9, '9 dossiers']);
  });

  it('of the months goes to the fullest of them, and shows no seat under none when a session holds more than it should', () => {
    const plot = fillingPlot([month('2027-03', 4, 12), month('2027-04', 13, 12)]);
    expect([said(plot), parts(plot)]).toEqual([
      ['mars 2027: 4 sur 12', 'avril 2027: 13 sur 12'],
      [
        [4, 8],
        [13, 0],
      ],
    ]);
    expect([plot.high, plain(plot.end)]).toEqual([13, '13 places']);
  });

  it('of presences has one scale for all ways of paying, and no share of nobody', () => {
    const plot = presencePlot([
      { funding: 'DIFE', came: 1, noShows: 0 },
      { funding: 'Personnel', came: 0, noShows: 0 },
    ]);
    expect(said(plot)).toEqual(['DIFE: 1 sur 1', 'Personnel: –']);
    expect([plot.high, plain(plot.end)]).toEqual([1, '1 personne']);
  });

  it('of nothing still has a scale', () => {
    const none = { ...step('Compte', 0, 0), files: 0 };
    expect([funnelPlot([none]).high, fillingPlot([]).high, presencePlot([]).high]).toEqual([1, 1, 1]);
  });

  it('of opinions is of all the sessions together, out of a hundred', () => {
    const opinions: Figures['opinions'] = {
      questions: ['Attentes', 'Utilité'],
      choices: ['Non', 'Plutôt non', 'Plutôt oui', 'Oui'],
      hidden: 0,
      rows: [
        {
          came: 9,
          people: 8,
          counts: [
            [1, 1, 3, 3],
            [0, 0, 0, 0],
          ],
        },
        { title: 'Urbanisme', start: '2027-03-12T08:00:00Z', came: 4, people: 3, counts: [[3], [3]] },
      ],
    };
    const plot = opinionPlot(opinions);
    expect([said(plot), parts(plot)]).toEqual([
      ['Attentes: 75 %', 'Utilité: –'],
      [[75], [0]],
    ]);
    expect([plot.high, plain(plot.end)]).toEqual([100, '100 %']);
  });
});

describe('a share of favourable answers', () => {
  it('is of those who answered, and none of nobody', () => {
    expect([favourable([1, 0, 0, 2], 4), favourable([0, 0, 0, 0], 4)]).toEqual([67, null]);
  });
});

describe('a name', () => {
  it('is broken where it may be, and a long word stands alone', () => {
    const fits = (line: string) => line.length <= 15;
    expect(inLines('Faire signer la convention\u00a0: 3', fits)).toEqual(['Faire signer la', 'convention\u00a0: 3']);
    expect(inLines('Anticonstitutionnel', fits)).toEqual(['Anticonstitutionnel']);
  });
});
