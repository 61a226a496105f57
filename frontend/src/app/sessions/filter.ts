/** Filters of the list, kept in the address so that a choice can be shared and Back works. */
import { isOpen } from '../choose.js';
import { MODES, type Mode, type Session } from '../contract.js';
import { dayKey, sayMonth } from '../french.js';
import type { Values } from '../form.js';

export interface Filter {
  theme: string;
  lieu: string;
  mois: string;
  paiement: string;
}

export const NO_FILTER: Filter = { theme: '', lieu: '', mois: '', paiement: '' };

export const readFilter = (query: string): Filter => {
  const params = new URLSearchParams(query);
  const get = (name: keyof Filter) => params.get(name) ?? '';
  return { theme: get('theme'), lieu: get('lieu'), mois: get('mois'), paiement: get('paiement') };
};

export const filterOf = (values: Values): Filter => ({ ...NO_FILTER, ...values });

export function writeFilter(filter: Filter): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, v]) => v)).toString();
  return query ? `?${query}` : '';
}

export function apply(filter: Filter, sessions: Session[], now: number): Session[] {
  const mode = MODES.find((m) => m === filter.paiement) as Mode | undefined;
  return sessions.filter(
    (s) =>
      (!filter.theme || s.formation.theme === filter.theme) &&
      (!filter.lieu ||
        (filter.lieu === 'visio' ? s.remote : !s.remote && s.place === filter.lieu) ||
        (filter.lieu === 'salle' && !s.remote)) &&
      (!filter.mois || months(s).includes(filter.mois)) &&
      (!mode || isOpen(s, mode, now)),
  );
}

const months = (s: Session) => s.halfDays.map((h) => dayKey(h.start).slice(0, 7));
const sorted = (values: Iterable<string>) => [...new Set(values)].sort((a, b) => a.localeCompare(b, 'fr'));

/** The choices that the sessions at hand offer. */
export function choices(sessions: Session[]) {
  const first = (s: Session) => s.halfDays[0]?.start ?? s.closesAt;
  const named = new Map(sessions.map((s) => [dayKey(first(s)).slice(0, 7), sayMonth(first(s))]));
  return {
    themes: sorted(sessions.map((s) => s.formation.theme ?? '').filter(Boolean)),
    places: sorted(sessions.filter((s) => !s.remote).map((s) => s.place)),
    months: [...named].sort(([a], [b]) => a.localeCompare(b)),
  };
}
