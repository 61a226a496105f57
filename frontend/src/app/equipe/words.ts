/** Days and counts, short, as the organisation's tables show them. All in Paris. */
import { dayKey, sayDay, sayHour } from '../french.js';

const zone = 'Europe/Paris';
const short = new Intl.DateTimeFormat('fr-FR', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' });
const shorter = new Intl.DateTimeFormat('fr-FR', { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short' });

const bind = (text: string) => text.replace(/ /g, '\u00a0');

export const dayShort = (at: string) => bind(short.format(new Date(at)));
export const dayBrief = (at: string) => bind(shorter.format(new Date(at)));
export const instant = (at: string) => `${dayShort(at)}, ${sayHour(at)}`;

export const count = (n: number, one: string, many = `${one}s`) => `${n}\u00a0${n > 1 ? many : one}`;

/** « aujourd’hui », « demain », else the day. */
export function dueWords(at: string, now = new Date()): string {
  const days = Math.round((Date.parse(dayKey(at)) - Date.parse(dayKey(now))) / 86_400_000);
  if (days === 0) return 'aujourd’hui';
  if (days === 1) return 'demain';
  return sayDay(at);
}
