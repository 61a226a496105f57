/** Filters of the list, kept in the address so that a choice can be shared and Back works; the server applies them. */
import type { Values } from '../form.js';

export interface Filter {
  theme: string;
  lieu: string;
  mois: string;
  paiement: string;
}

export const NO_FILTER: Filter = { theme: '', lieu: '', mois: '', paiement: '' };

/** How the API calls them. */
const ASKED: Record<keyof Filter, string> = { theme: 'theme', lieu: 'place', mois: 'month', paiement: 'mode' };

export const readFilter = (query: string): Filter => {
  const params = new URLSearchParams(query);
  const get = (name: keyof Filter) => params.get(name) ?? '';
  return { theme: get('theme'), lieu: get('lieu'), mois: get('mois'), paiement: get('paiement') };
};

export const filterOf = (values: Values): Filter => ({ ...NO_FILTER, ...values });

export const active = (filter: Filter): number => Object.values(filter).filter(Boolean).length;

/** As in the page's own address. */
export const writeFilter = (filter: Filter): string => queryOf(Object.entries(filter));

/** As the API is asked for the page that begins at a cursor, '' for the first. */
export const asked = (filter: Filter, cursor = ''): string =>
  queryOf([...Object.entries(ASKED).map(([name, api]) => [api, filter[name as keyof Filter]]), ['cursor', cursor]]);

function queryOf(pairs: string[][]): string {
  const query = new URLSearchParams(pairs.filter(([, value]) => value)).toString();
  return query ? `?${query}` : '';
}
