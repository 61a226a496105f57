// The sheet of a session on the stage, with the rule of the API: the latest tap stands.
import { createHash } from 'node:crypto';
import { sessions } from './scenes.js';

const names = [
  'Awa Ndiaye',
  'Bernard Le Goff',
  'Catherine de La Villemarqué-Saint-Exupéry',
  'Jean Martin',
  'Zoé Petit',
];
const keyOf = (start) => start.replace(/[-:]/g, '').replace(/(T\d{4}).*/, '$1Z');
const label = new Intl.DateTimeFormat('fr-FR', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  timeZone: 'Europe/Paris',
});
const hour = new Intl.DateTimeFormat('fr-FR', { hour: 'numeric', minute: '2-digit', timeZone: 'Europe/Paris' });

/** The mark in the code of a convocation, as the sheet spec draws it; the sheet has its digest, as the API makes it. */
const markOf = (id) => `budget-nantes.1.p.${id.padEnd(22, '0')}`;
const digest = (mark) => createHash('sha256').update(mark).digest().subarray(0, 16).toString('base64url');

let people = [];
const listed = () =>
  (people = names.map((name, i) => ({ id: `file${i}`, name, codes: [digest(markOf(`file${i}`))], marks: {} })));
listed();

export function room(method, id, [half, person], body, json) {
  const session = sessions.find((s) => s.id === id);
  if (!session)
    return json(401, { type: '/problems/unauthorized', detail: 'Ce lien n’ouvre pas la feuille de présence.' });
  if (method === 'GET') return json(200, sheetOf(session));
  const asked = JSON.parse(body);
  if (half === 'arrivals') {
    const known = people.find((p) => [p.id, p.arrival].includes(person));
    if (known) return json(200, { outcome: known.arrival ? 'enrolled' : 'noted', person: known });
    const name = asked.name ?? `${asked.firstName} ${asked.lastName}`;
    const full = /complet/i.test(name); // on the stage, a name says that no seat is left
    const newcomer =
      asked.email && !full
        ? { id: `file${people.length}`, arrival: person, name, marks: {} }
        : { id: person, name, unexpected: true, marks: {} };
    people.push(newcomer);
    const why = full ? 'La session est complète : aucune place n’est libre.' : 'L’adresse e-mail manque.';
    return json(
      200,
      newcomer.arrival ? { outcome: 'enrolled', person: newcomer } : { outcome: 'noted', why, person: newcomer },
    );
  }
  const marks = people.find((p) => [p.id, p.arrival].includes(person)).marks;
  const kept = !marks[half] || marks[half].at <= asked.at;
  if (kept)
    marks[half] = { presence: asked.presence, minutes: asked.minutes || undefined, at: asked.at, by: 'trainer' };
  return json(200, { mark: marks[half], kept });
}

/** The room as it was before anybody came. */
export const emptied = listed;

/** What somebody of the team marks, at an instant of their own. */
export function markedByTeam(person, half, presence, at) {
  people.find((p) => p.id === person).marks[half] = { presence, at, by: 'Claire Gestion' };
}

function sheetOf(session) {
  return {
    session: { id: session.id, title: session.formation.title, start: session.halfDays[0].start },
    place: session.place,
    halfDays: session.halfDays.map(({ start, end }) => ({
      key: keyOf(start),
      start,
      end,
      label: `${label.format(new Date(start))}, ${hour.format(new Date(start))} – ${hour.format(new Date(end))}`,
      minutes: (new Date(end) - new Date(start)) / 60000,
    })),
    people,
    missing: 0,
    over: false,
    closed: false,
    now: new Date().toISOString(),
  };
}
