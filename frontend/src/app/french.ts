/** Dates, hours, prices and counts as French people read them. All hours are Paris hours. */
import type { Session } from './contract.js';

const zone = 'Europe/Paris';
const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('fr-FR', { timeZone: zone, ...options });
const longDay = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const day = format({ weekday: 'long', day: 'numeric', month: 'long' });
const clock = format({ hour: 'numeric', minute: '2-digit', hourCycle: 'h23' });
const monthYear = format({ month: 'long', year: 'numeric' });
const key = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });

const first = (text: string) => text.replace(/(^|\s)1(?=\s)/, '$11er').replace(/(?<=\d(?:er)?) /g, '\u00a0');

export const sayLongDay = (at: string) => first(longDay.format(new Date(at)));
export const sayDay = (at: string) => first(day.format(new Date(at)));
export const sayMonth = (at: string) => monthYear.format(new Date(at));
/** The Paris day, as 2027-01-14: sorts and compares. */
export const dayKey = (at: string | Date) => key.format(new Date(at));

/** « 9 h », « 13 h 30 ». */
export function sayHour(at: string): string {
  const parts = clock.formatToParts(new Date(at));
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  const minutes = part('minute');
  return `${Number(part('hour'))}\u00a0h${minutes === '00' ? '' : `\u00a0${minutes}`}`;
}

/** « au rang 3 », and beyond a thousand no number: nobody needs it. */
export const sayRank = (position: number) => (position > 1000 ? 'au-delà du rang 1\u00a0000' : `au rang ${position}`);

export const sayInstant = (at: string) => `${sayDay(at)} à ${sayHour(at)}`;

/** One line per day: « mardi 5 janvier 2027, de 9 h à 12 h 30 et de 14 h à 17 h 30 ». */
export function sayHalfDays(halfDays: Session['halfDays']): string[] {
  const days = new Map<string, string[]>();
  for (const { start, end } of halfDays) {
    const name = sayLongDay(start);
    days.set(name, [...(days.get(name) ?? []), `de ${sayHour(start)} à ${sayHour(end)}`]);
  }
  return [...days].map(([name, hours]) => `${name}, ${hours.join(' et ')}`);
}

/** Short form for a card: « jeudi 14 janvier 2027 » or « les 14 et 15 janvier 2027 ». */
export function sayDates(halfDays: Session['halfDays']): string {
  const days = [...new Set(halfDays.map((h) => sayLongDay(h.start)))];
  return days.join(' et ');
}

const euros = new Intl.NumberFormat('fr-FR', { style: 'currency', currency: 'EUR' });
export const sayPrice = (cents: number) =>
  euros
    .format(cents / 100)
    .replace(/[\s\u202f]/g, '\u00a0')
    .replace(',00', '');
/** What a seat costs, all taxes included first: « 636 € TTC (530 € HT) ». */
export function sayCost({ priceCents, taxedCents }: Pick<Session['formation'], 'priceCents' | 'taxedCents'>): string {
  if (taxedCents === undefined) return `${sayPrice(priceCents)} hors taxes`;
  if (taxedCents === priceCents) return `${sayPrice(priceCents)}, sans TVA`;
  return `${sayPrice(taxedCents)} TTC (${sayPrice(priceCents)} HT)`;
}
export const sayHours = (hours: number) => `${String(hours).replace('.', ',')}\u00a0heure${hours >= 2 ? 's' : ''}`;

/** Are the reader's clock and Paris the same? If not, hours are named as Paris hours. */
export function elsewhere(now = new Date()): boolean {
  const at = (timeZone?: string) =>
    new Intl.DateTimeFormat('fr-FR', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(now);
  return at() !== at(zone);
}

interface Seats {
  text: string;
  level: 'many' | 'few' | 'full' | 'closed';
}

/** Seats as words, never as a colour alone. */
/** « 3 personnes attendent »; nothing when nobody does. */
export const sayWaiting = ({ waiting }: { waiting: number }) =>
  waiting ? `${waiting}\u00a0${waiting > 1 ? 'personnes attendent' : 'personne attend'}` : '';

export function saySeats(session: Session): Seats {
  if (session.status === 'cancelled') return { text: 'Session annulée', level: 'closed' };
  if (session.status === 'closed') return { text: 'Inscriptions closes', level: 'closed' };
  if (session.seatsLeft <= 0 || session.waiting > 0)
    return { text: `Complet\u00a0: liste d’attente ouverte`, level: 'full' };
  const s = session.seatsLeft > 1 ? 's' : '';
  const text = `${session.seatsLeft}\u00a0place${s} restante${s}`;
  return { text, level: session.seatsLeft <= 3 ? 'few' : 'many' };
}
